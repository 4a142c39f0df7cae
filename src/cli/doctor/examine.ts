import { gpuNames } from '../../plan';
import { machine, type Machine } from '../../profile/machine';
import { device, devices, type DeviceReport } from '../../tensor';
import { messageOf } from '../usage';
import { measureProduct, type ProductFigure } from './measure-product';

export interface ExaminedDevice extends DeviceReport {
  /** How fast it multiplies; null where it does not. */
  readonly matmul: ProductFigure | null;
  /** What does not work and should; null where nothing is wrong. */
  readonly problem: string | null;
}

/** What there is to compute with. */
export interface Examination extends Pick<Machine, 'versions' | 'platform'> {
  readonly cpu: Omit<Machine['cpu'], 'model'>;
  /** What `device('auto')` takes; null where it fails. */
  readonly auto: string | null;
  readonly devices: readonly ExaminedDevice[];
}

/** Opens every device, and lets each that is usable multiply for so many milliseconds. */
export async function examine(milliseconds: number): Promise<Examination> {
  const auto = await device().then(
    ({ name }) => name,
    () => null,
  );
  const examined: ExaminedDevice[] = [];
  for (const report of await devices()) examined.push(await examineDevice(report, milliseconds));
  const {
    versions,
    platform,
    cpu: { model: _, ...cpu },
  } = machine();
  return { versions, platform, cpu, auto, devices: examined };
}

async function examineDevice(report: DeviceReport, milliseconds: number): Promise<ExaminedDevice> {
  if (!report.isUsable) return { ...report, matmul: null, problem: shouldWork(report) ? report.reason : null };
  try {
    return { ...report, matmul: await measureProduct(report.name, milliseconds), problem: null };
  } catch (error) {
    return { ...report, matmul: null, problem: messageOf(error) };
  }
}

/** A GPU may be missing; what computes on the CPU may not, nor may a device be there and fail. */
const shouldWork = ({ name, isFaulty }: DeviceReport): boolean => isFaulty || !gpuNames.includes(name);
