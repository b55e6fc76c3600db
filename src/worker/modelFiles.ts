// Fetches the shipped model files once and keeps them, telling how much has come.

import { CheckpointError } from "../errors";
import type { ReadFile } from "../model/modelFolder";

export interface ModelFilesOptions {
  /** Bytes of every file the build ships, by path under the site's folder. */
  readonly shipped: Readonly<Record<string, number>>;
  /** Absolute address of the site's folder, with a trailing slash. */
  readonly baseUrl: string;
  readonly fetchFile: (url: string) => Promise<Response>;
}

export interface ModelFiles {
  /** A file that the build does not ship is refused without asking the network. @throws CheckpointError */
  readonly readFile: ReadFile;
  /** Fetches all shipped files under these folders; `report` gets the fraction of bytes that has come. @throws CheckpointError */
  readonly prefetch: (folders: readonly string[], report: (fraction: number) => void) => Promise<void>;
}

export function modelFiles({ shipped, baseUrl, fetchFile }: ModelFilesOptions): ModelFiles {
  const files = new Map<string, Promise<Uint8Array>>();

  const fetchBytes = async (path: string): Promise<Uint8Array> => {
    const url = baseUrl + path;
    let response: Response;
    try {
      response = await fetchFile(url);
    } catch (error) {
      throw new CheckpointError(`Cannot fetch ${url} (${String(error)}). Check the connection and start again.`);
    }
    if (!response.ok)
      throw new CheckpointError(
        `Expected the model file ${url}, got HTTP ${response.status}. Check that the site's models folder is complete.`,
      );
    return new Uint8Array(await response.arrayBuffer());
  };

  const readFile: ReadFile = (path) => {
    if (!(path in shipped)) return Promise.reject(new CheckpointError(`${path} is not among the files of this site.`));
    const known = files.get(path);
    if (known !== undefined) return known;
    const bytes = fetchBytes(path);
    files.set(path, bytes);
    return bytes;
  };

  const prefetch: ModelFiles["prefetch"] = async (folders, report) => {
    const wanted = Object.keys(shipped).filter((path) => folders.some((folder) => path.startsWith(`${folder}/`)));
    const total = wanted.reduce((sum, path) => sum + (shipped[path] ?? 0), 0);
    let come = 0;
    report(0);
    await Promise.all(
      wanted.map(async (path) => {
        await readFile(path);
        come += shipped[path] ?? 0;
        report(total === 0 ? 1 : come / total);
      }),
    );
  };

  return { readFile, prefetch };
}
