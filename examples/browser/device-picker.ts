import type { DeviceReport } from 'decograd';
import { element } from './element';

/** Fills the choice of devices, and the list that says what each is, or why it cannot be had. */
export function showDevices(
  choice: HTMLSelectElement,
  list: HTMLUListElement,
  { reports, best }: { readonly reports: readonly DeviceReport[]; readonly best: string },
): void {
  choice.replaceChildren(...reports.map(option));
  choice.value = best;
  choice.disabled = false;
  list.replaceChildren(...reports.map(({ name, adapter, reason }) => {
    const about = reason === null ? (adapter ?? '') : `not here: ${reason.replace(`${name}: `, '')}`;
    return element('li', {}, element('b', {}, name), ` ${about}`);
  })); // prettier-ignore
}

function option({ name, kind, isUsable, isSoftware }: DeviceReport): HTMLOptionElement {
  const about = !isUsable ? 'not here' : kind === 'GPU' && isSoftware ? 'in software, slow' : kind;
  return element('option', { value: name, disabled: !isUsable }, `${name} (${about})`);
}
