// A compute kernel as a typed description: what it binds and which numbers it takes, turned into WGSL and checked where it is used.

/** The scalars of a kernel; every one is four bytes in its uniform block. */
export type Scalar = "u32" | "f32";

export interface Binding {
  readonly element: "f32" | "u32" | "vec2<f32>" | "vec4<f32>";
  readonly access: "read" | "read_write";
}

/**
 * `body` sees `p` (the parameters, if there are any), the buffers by name, and the built-ins `id`, `lane`, `group`, `index`,
 * `groupId` and `groups`: the invocation's global id, its place in its workgroup, the workgroup's number, the invocation's number
 * in a one-dimensional dispatch, the workgroup's place in x and y, and how many there are.
 */
export interface Kernel<B extends string = string, P extends string = string> {
  readonly name: string;
  readonly buffers: Readonly<Record<B, Binding>>;
  readonly parameters: Readonly<Record<P, Scalar>>;
  readonly workgroupSize: readonly [x: number, y: number];
  /** Variables shared by a workgroup: WGSL type by name. */
  readonly shared?: Readonly<Record<string, string>>;
  /** WGSL functions. */
  readonly helpers?: readonly string[];
  readonly body: string;
}

export const read = (element: Binding["element"]): Binding => ({ element, access: "read" });
export const readWrite = (element: Binding["element"]): Binding => ({ element, access: "read_write" });

/** Keeps the literal names of buffers and parameters, so that a dispatch can be type-checked against them. */
export function kernel<const B extends string, const P extends string>(description: Kernel<B, P>): Kernel<B, P> {
  return description;
}

/** Bytes of a uniform block; the largest kernel has fewer parameters. */
export const UNIFORM_BYTES = 96;

/** Stands for "no such offset" in a u32 parameter. */
export const NONE = 0xffffffff;

/** The kernel's source text. Binding 0 is the uniform block; buffers follow in the order of their description. */
export function wgsl({ buffers, parameters, workgroupSize, shared = {}, helpers = [], body }: Kernel): string {
  const fields = Object.entries(parameters).map(([name, type]) => `  ${name}: ${type},`);
  const bindings = Object.entries(buffers).map(
    ([name, { element, access }], i) => `@group(0) @binding(${i + 1}) var<storage, ${access}> ${name}: array<${element}>;`,
  );
  const workgroup = Object.entries(shared).map(([name, type]) => `var<workgroup> ${name}: ${type};`);
  const [x, y] = workgroupSize;
  // WGSL has no empty structures.
  const uniforms = fields.length === 0 ? [] : ["struct Parameters {", ...fields, "}", "@group(0) @binding(0) var<uniform> p: Parameters;"];
  return `${uniforms.join("\n")}
const NONE = 0xffffffffu;
${bindings.join("\n")}
${workgroup.join("\n")}
${helpers.join("\n")}
@compute @workgroup_size(${x}, ${y})
fn main(
  @builtin(global_invocation_id) id: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) groupId: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
) {
  let group = groupId.x + groupId.y * groups.x;
  let index = group * ${x * y}u + lane;
${body}
}
`;
}
