// Where the run on the page comes from: the lab's worker, or a recording.

export type RunSource =
  | { readonly kind: "live" }
  | {
      readonly kind: "recording";
      /** The file's name; null for the example that the site brings. */
      readonly name: string | null;
      /** Still being fetched or read. */
      readonly loading: boolean;
      /** Past its last step: nothing is left to play. */
      readonly atEnd: boolean;
    };

export const LIVE: RunSource = { kind: "live" };
