import { symlinkSync } from 'node:fs';
import { uploadStatusSchema } from '@stowage/contract';
import { balanced } from '../../support/conservation.js';
import { endTurnsOfTheDead } from '../../support/dead-turns.js';
import { Product } from '../../support/product.js';
import { GUEST_HEADERS, GUEST_TOKEN } from './guest-product.js';
import type { Journal } from './journal.js';
import type { Moment } from './past-promises.js';
import { patiently } from './patience.js';

/**
 * Starts the API on what is left of a product, asks it for everything that had been promised by a moment, and counts
 * what it holds once it has put everything in order. Sentences say what is wrong.
 */
export async function visit(databaseUrl: string, dataDir: string, journal: Journal, moment: Moment): Promise<string[]> {
  const product = new Product({ database: databaseUrl, env: { STOWAGE_ADMIN_TOKEN: GUEST_TOKEN } });
  product.headers = GUEST_HEADERS;
  symlinkSync(dataDir, product.dataDir);
  await endTurnsOfTheDead(databaseUrl);
  await product.start();
  const wrong = [
    ...(await uploadsKept(product, journal, moment)),
    ...(await filesKept(product, journal, moment)),
    ...(await balanced(product)),
  ];
  await product.dispose();
  return wrong;
}

async function uploadsKept(product: Product, journal: Journal, { promised, asked }: Moment): Promise<string[]> {
  const wrong: string[] = [];
  for (const [id, ranges] of journal.heldBy(promised)) {
    const cancel = journal.cancels.get(id);
    if (cancel !== undefined && cancel.askedAt <= asked) continue;
    const answer = await patiently(product, `/api/uploads/${id}`);
    if (answer.status !== 200) {
      wrong.push(`upload ${id} is gone (${answer.status}), lost the acknowledged bytes`);
      continue;
    }
    const { upload, missing } = answer.as(uploadStatusSchema);
    if (upload.state === 'complete' || upload.state === 'completing') continue;
    if (upload.state !== 'receiving') wrong.push(`upload ${id} is ${upload.state}, and nobody asked for it`);
    for (const { start, end } of ranges)
      if (missing.some((gap) => gap.start < end && start < gap.end))
        wrong.push(`upload ${id} lost the acknowledged bytes ${start} to ${end}`);
  }
  return wrong;
}

async function filesKept(product: Product, journal: Journal, { promised, asked }: Moment): Promise<string[]> {
  const wrong: string[] = [];
  for (const { file, at, deleteAskedAt } of journal.journalledFiles) {
    if (at > promised || (deleteAskedAt !== null && deleteAskedAt <= asked)) continue;
    const { status, body } = await patiently(product, `/api/files/${file.id}/content`);
    if (status !== 200) wrong.push(`${file.name} is gone (${status})`);
    else if (!body.equals(journal.sent.get(file.name) ?? Buffer.alloc(0)))
      wrong.push(`${file.name} has other bytes than were sent`);
  }
  return wrong;
}
