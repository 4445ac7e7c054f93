import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FileNode } from './file-node.js';
import { FolderNode, type Node } from './folder-node.js';
import type { Survival } from './survival.js';

/** A tree of files as it lies on a disk: contents by path, and the paths of folders. Paths of one file share a buffer. */
export interface DiskImage {
  readonly files: ReadonlyMap<string, Buffer>;
  readonly folders: readonly string[];
}

/** Reads what lies in those folders that are there. */
export async function readImage(root: string, names: readonly string[]): Promise<DiskImage> {
  const files = new Map<string, Buffer>();
  const folders: string[] = [];
  const there = new Set(await readdir(root));
  for (const name of names.filter((one) => there.has(one))) {
    folders.push(name);
    for (const entry of await readdir(join(root, name), { withFileTypes: true, recursive: true })) {
      const path = join(entry.parentPath, entry.name).slice(root.length + 1);
      if (entry.isDirectory()) folders.push(path);
      else files.set(path, await readFile(join(root, path)));
    }
  }
  return { files, folders: folders.sort() };
}

/** Puts an image in the place of what lies there; equal buffers become names of one file. */
export async function writeImage(root: string, names: readonly string[], image: DiskImage): Promise<void> {
  for (const name of names) await rm(join(root, name), { recursive: true, force: true });
  for (const folder of image.folders) await mkdir(join(root, folder), { mode: 0o700 });
  const written = new Map<Buffer, string>();
  for (const [path, bytes] of image.files) {
    const same = written.get(bytes);
    if (same === undefined) await writeFile(join(root, path), bytes, { mode: 0o600 });
    else await link(join(root, same), join(root, path));
    written.set(bytes, path);
  }
}

/** An image as the nodes of a disk, all of it durable. */
export function treeOf(image: DiskImage): FolderNode {
  const root = new FolderNode();
  const at = (path: string): [FolderNode, string] => {
    const names = path.split('/');
    const last = names.pop() ?? '';
    return [names.reduce<FolderNode>((folder, name) => folder.get(name) as FolderNode, root), last];
  };
  for (const path of image.folders) {
    const [folder, name] = at(path);
    folder.load(name, new FolderNode());
  }
  for (const [path, bytes] of image.files) {
    const [folder, name] = at(path);
    folder.load(name, new FileNode(bytes));
  }
  return root;
}

/** What a power cut leaves of a tree. */
export function imageAfterCut(root: FolderNode, survival: Survival): DiskImage {
  const files = new Map<string, Buffer>();
  const folders: string[] = [];
  const contents = new Map<FileNode, Buffer>();
  const visit = (node: Node, path: string): void => {
    if (node instanceof FileNode) {
      const bytes = contents.get(node) ?? node.afterCut(survival);
      contents.set(node, bytes);
      files.set(path, bytes);
      return;
    }
    if (path !== '') folders.push(path);
    for (const [name, child] of node.afterCut(survival)) visit(child, path === '' ? name : `${path}/${name}`);
  };
  visit(root, '');
  return { files, folders };
}
