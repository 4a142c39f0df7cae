import { confusionSections } from './confusion-section';
import { curvesSection } from './curves-section';
import { gradientsSection } from './gradients-section';
import { markup, raw } from './markup';
import { parametersSection } from './parameters-section';
import { recordsSection } from './records-section';
import type { Report } from './report';
import { machineSection, settingsSection } from './settings-section';
import { style } from './style';
import { status, summary } from './summary';

/** Seconds after which the page of a run that goes on reloads itself. */
const refresh = 10;
/** The page loads nothing and runs nothing, whatever names of users might bring into it. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** The whole page, as HTML that is well-formed XML too. */
export function reportPage(report: Report): string {
  const sections = [
    curvesSection(report),
    ...confusionSections(report),
    gradientsSection(report),
    recordsSection(report),
    parametersSection(report),
    settingsSection(report),
    machineSection(report),
  ];
  const reload = report.isOver ? '' : markup`<meta http-equiv="refresh" content="${refresh}"/>`;
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"/><meta http-equiv="Content-Security-Policy" content="${policy}"/>${reload}
<meta name="viewport" content="width=device-width, initial-scale=1"/><meta name="color-scheme" content="light dark"/>
<title>${report.title}: ${status(report).text}</title><link rel="icon" href="data:,"/><style>${raw(style)}</style></head>
<body>
${[summary(report), ...sections].map((part) => markup`${part}\n`)}</body></html>
`.text;
}
