/** Counts the words of every file in `/texts` and writes the counts to `/counts/words.txt`. */

import { getDirectories } from 'wasi:filesystem/preopens@0.2.12';

/** The most bytes that are read at a time. */
const PIECE = 64n * 1024n;

/** The names of the files of a folder, in order. */
function names(folder) {
  const entries = folder.readDirectory();
  const found = [];
  for (let entry = entries.readDirectoryEntry(); entry; entry = entries.readDirectoryEntry()) {
    if (entry.type === 'regular-file') found.push(entry.name);
  }
  return found.sort();
}

/** The text of a file. */
function read(folder, name) {
  const file = folder.openAt({ symlinkFollow: true }, name, {}, { read: true });
  const decoder = new TextDecoder();
  let text = '';
  for (let at = 0n, end = false; !end; ) {
    let bytes;
    [bytes, end] = file.read(PIECE, at);
    at += BigInt(bytes.length);
    text += decoder.decode(bytes, { stream: !end });
  }
  return text;
}

export const run = {
  run() {
    const [[root]] = getDirectories();
    const texts = root.openAt({}, 'texts', { directory: true }, { read: true });
    let report = '';
    let total = 0;
    for (const name of names(texts)) {
      const count = read(texts, name).split(/\s+/).filter(Boolean).length;
      total += count;
      report += `${count} ${name}\n`;
    }
    const output = root.openAt({}, 'counts/words.txt', { create: true, truncate: true }, { write: true });
    const bytes = new TextEncoder().encode(report);
    for (let at = 0; at < bytes.length; ) {
      at += Number(output.write(bytes.subarray(at), BigInt(at)));
    }
    console.log(`${total} words`);
  },
};
