// Writes docs/reference/errors.md from the error table: `npm run errors`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorRows } from './lib/error-table.mjs';
import { errorsPage } from './lib/errors-page.mjs';
import { root } from './lib/project.mjs';

mkdirSync(join(root, 'docs', 'reference'), { recursive: true });
writeFileSync(join(root, 'docs', 'reference', 'errors.md'), errorsPage(errorRows(root)));
