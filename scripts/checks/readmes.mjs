import { foldersUnder, textOf } from '../lib/project.mjs';

export const name = 'folder READMEs';

const least = 2;
const most = 40;

/** Folders of src/ that do not say what they are for. */
export const run = (top) =>
  foldersUnder('src', top).flatMap((folder) => {
    const lines = textOf(`${folder}/README.md`, top).split('\n').filter(Boolean).length;
    if (lines === 0) return [`${folder}: no README.md`];
    if (lines < least || lines > most) return [`${folder}/README.md: ${lines} lines; say it in ${least} to ${most}`];
    return [];
  });
