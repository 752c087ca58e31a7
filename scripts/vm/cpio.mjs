// Archives in cpio's `newc` form, which the kernel unpacks as its first file system (Documentation/driver-api/early-userspace/buffer-format.rst).
const DIRECTORY = 0o040755;
const FILE = 0o100755;

/** An archive of files by their path, all executable, in folders that are made as needed. Several stand one behind the other. */
export function cpio(files) {
  const folders = new Set(Object.keys(files).flatMap((path) => parentsOf(path)));
  const entries = [...[...folders].sort().map((path) => entry(path, DIRECTORY)), ...Object.entries(files).map(([path, bytes]) => entry(path, FILE, bytes))];
  return Buffer.concat([...entries, entry('TRAILER!!!', 0)]);
}

const parentsOf = (path) =>
  path
    .split('/')
    .slice(0, -1)
    .map((_, at, parts) => parts.slice(0, at + 1).join('/'));

function entry(path, mode, content = '') {
  const bytes = Buffer.from(content);
  const fields = [0, mode, 0, 0, 1, 0, bytes.length, 0, 0, 0, 0, path.length + 1, 0];
  const head = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}${path}\0`;
  return Buffer.concat([filled(Buffer.from(head)), filled(bytes)]);
}

// Names and contents end at a multiple of four.
const filled = (bytes) => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
