import type { EpochRecord, History } from '../../history';
import { counted, figure } from './figures';
import { markup, type Markup } from './markup';
import type { Report } from './report';
import { section } from './table';

type Matrix = readonly (readonly number[])[];

/** Classes above which cells have no numbers, and above which there is no picture. */
const [mostNumbers, mostDrawn] = [24, 100];
/** How many confusions are told in words. */
const told = 5;

/** A section for each metric whose value is a square matrix: of the last validation, or of training where there is none. */
export function confusionSections({ run, classes }: Report): Markup[] {
  return Object.entries(latestMetrics(run.history)).flatMap(([name, { value, from }]) =>
    isSquare(value) ? [confusionSection(name, value, from, (i) => classes[i] ?? String(i))] : [],
  );
}

/** The last value of every metric, of validation where there is one, and where it is from. */
function latestMetrics({ epochs }: History): Readonly<Record<string, { value: unknown; from: string }>> {
  const found = new Map<string, { value: unknown; from: string }>();
  const take = (epoch: number, part: string, metrics: EpochRecord['metrics']) => {
    for (const [name, value] of Object.entries(metrics)) found.set(name, { value, from: `${part}, epoch ${epoch}` });
  };
  for (const { epoch, metrics } of epochs) take(epoch, 'training', metrics);
  for (const { epoch, validation } of epochs) if (validation) take(epoch, 'validation', validation.metrics);
  return Object.fromEntries(found);
}

function isSquare(value: unknown): value is Matrix {
  if (!Array.isArray(value) || value.length < 2) return false;
  const isNumber = (cell: unknown) => typeof cell === 'number' && cell >= 0 && Number.isFinite(cell);
  return value.every((row) => Array.isArray(row) && row.length === value.length && row.every(isNumber));
}

function confusionSection(name: string, matrix: Matrix, from: string, label: (i: number) => string): Markup {
  const all = sum(matrix.flat());
  const right = sum(matrix.map((row, i) => row[i]));
  const heading = `${name}: ${figure(right)} of ${figure(all)} right${all > 0 ? `, ${percent(right / all)}` : ''}`;
  const picture = matrix.length <= mostDrawn ? grid(matrix, label) : '';
  const lead = `Of ${from}. Rows are the labels, columns what was predicted; the deeper a blue, the more of its row; the deeper an orange, the more frequent the mistake.`;
  return section(heading, picture === '' ? `Of ${from}; ${counted(matrix.length, 'class')}es are too many to draw.` : lead, picture, mistakes(matrix, label)); // prettier-ignore
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);
const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

/** The cells as a table, so that they can be read aloud and copied. */
function grid(matrix: Matrix, label: (i: number) => string): Markup {
  const worst = Math.max(...matrix.flatMap((row, i) => row.filter((_, j) => j !== i)));
  const isWritten = matrix.length <= mostNumbers;
  const names = matrix.map((_, i) => markup`<th scope="col">${label(i)}</th>`);
  const cell = (count: number, i: number, j: number, total: number) => {
    const depth = i === j ? count / (total || 1) : count / (worst || 1);
    return markup`<td class="${i === j ? 'right' : 'wrong'}${depth > 0.75 ? ' deep' : depth > 0.5 ? ' middle' : ''}" style="--depth: ${depth.toFixed(3)}" title="${label(i)} read as ${label(j)}: ${figure(count)}">${isWritten ? figure(count) : ''}</td>`;
  };
  const rows = matrix.map((row, i) => {
    const total = sum(row);
    const share = total > 0 ? percent(row[i] / total) : '';
    return markup`<tr><th scope="row">${label(i)}</th>${row.map((count, j) => cell(count, i, j, total))}<td class="share">${share}</td></tr>`;
  });
  return markup`<div class="scroll" tabindex="0"><table class="matrix${isWritten ? '' : ' small'}"><thead><tr><td></td>${names}<th scope="col">right</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** `4 was read as 9 12 times` */
function mistakes(matrix: Matrix, label: (i: number) => string): Markup {
  const all = matrix.flatMap((row, i) => row.map((count, j) => ({ i, j, count }))).filter(({ i, j, count }) => i !== j && count > 0); // prettier-ignore
  const most = all.sort((a, b) => b.count - a.count).slice(0, told);
  if (most.length === 0) return markup`<p>No mistakes.</p>`;
  const words = most.map(({ i, j, count }) => markup`<li><b>${label(i)}</b> read as <b>${label(j)}</b>: ${figure(count)}</li>`); // prettier-ignore
  return markup`<p>Most frequent mistakes</p><ol class="mistakes">${words}</ol>`;
}
