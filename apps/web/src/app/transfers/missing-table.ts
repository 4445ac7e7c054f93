import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import type { ByteRange } from '@stowage/contract';
import { Words } from '../language/words.js';
import { byteSize, count } from '../ui/byte-size.js';

/** Rows that are listed; a page of ten thousand helps nobody. */
const ROWS = 100;

/** What a map of an upload shows, as a table. */
@Component({
  selector: 'stow-missing-table',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Words],
  template: `
    <details>
      <summary>{{ 'transfers.upload.asTable' | words }}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">{{ 'transfers.upload.from' | words }}</th>
            <th scope="col">{{ 'transfers.upload.to' | words }}</th>
            <th scope="col">{{ 'transfers.upload.size' | words }}</th>
          </tr>
        </thead>
        <tbody>
          @for (row of rows(); track row.from) {
            <tr>
              <td>{{ row.from }}</td>
              <td>{{ row.to }}</td>
              <td>{{ row.size }}</td>
            </tr>
          }
        </tbody>
      </table>
      @if (truncated()) {
        <p>{{ 'transfers.upload.moreParts' | words }}</p>
      } @else if (others() > 0) {
        <p>{{ 'transfers.upload.morePartsThan' | words: { count: others() } }}</p>
      }
    </details>
  `,
  styles: `
    summary {
      color: var(--accent-strong);
      cursor: pointer;
    }

    table {
      width: 100%;
      border-collapse: collapse;
      font-size: 0.875rem;
      font-variant-numeric: tabular-nums;
    }

    th,
    td {
      padding: 0.25rem 0.5rem 0.25rem 0;
      text-align: end;
      overflow-wrap: anywhere;
    }

    th {
      color: var(--muted);
      font-weight: 550;
    }

    p {
      margin: 0.25rem 0 0;
      color: var(--muted);
    }
  `,
})
export class MissingTable {
  /** In order; ends are exclusive. */
  readonly missing = input.required<readonly ByteRange[]>();
  /** True when more are missing than are known. */
  readonly truncated = input.required<boolean>();

  protected readonly rows = computed(() =>
    this.missing()
      .slice(0, ROWS)
      .map(({ start, end }) => ({ from: count(start), to: count(end - 1), size: byteSize(end - start) })),
  );
  protected readonly others = computed(() => Math.max(0, this.missing().length - ROWS));
}
