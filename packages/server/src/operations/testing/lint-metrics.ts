/** One metric of a scrape. */
interface Family {
  readonly name: string;
  readonly help: number;
  readonly type: string | undefined;
  readonly samples: readonly Sample[];
}

interface Sample {
  /** With what stands behind a histogram's: `_bucket`. */
  readonly name: string;
  readonly labels: string;
  readonly value: number;
}

const line =
  /^([a-zA-Z_][a-zA-Z0-9_]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? ([-+0-9.eE]+|NaN|[-+]Inf)$/;

/** The metrics of a scrape in Prometheus' text format, in their order. */
export function familiesOf(text: string): readonly Family[] {
  const families: OpenFamily[] = [];
  for (const each of text.split('\n')) if (each !== '') take(each, families);
  return families;
}

interface OpenFamily extends Family {
  help: number;
  type: string | undefined;
  readonly samples: Sample[];
}

function take(each: string, families: OpenFamily[]): void {
  const [, kind, name = '', rest] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(each) ?? [];
  if (kind === 'HELP') familyOf(name, families).help += 1;
  else if (kind === 'TYPE') familyOf(name, families).type = rest;
  else {
    const [, sample = '', labels = '', value = ''] = line.exec(each) ?? [];
    familyOf(familyName(sample, families.at(-1)), families).samples.push({
      ...{ name: sample, labels },
      value: Number(value),
    });
  }
}

function familyName(sample: string, last: OpenFamily | undefined): string {
  const base = sample.replace(/_(?:bucket|sum|count)$/, '');
  return last?.type === 'histogram' && last.name === base ? base : sample;
}

/** The last one, or a new one: what comes back later is told twice. */
function familyOf(name: string, families: OpenFamily[]): OpenFamily {
  const last = families.at(-1);
  if (last?.name === name) return last;
  const family = { name, help: 0, type: undefined, samples: [] };
  families.push(family);
  return family;
}

/** What `promtool check metrics` finds fault with, a sentence each. */
export function lint(text: string): readonly string[] {
  const families = familiesOf(text);
  const names = families.map(({ name }) => name);
  return [
    ...(text.endsWith('\n') ? [] : ['the last line has no end of line']),
    ...names.filter((name, at) => names.indexOf(name) !== at).map((name) => `${name} is told twice`),
    ...families.flatMap(faultsOf),
  ];
}

function faultsOf({ name, help, type, samples }: Family): string[] {
  if (name === '') return ['a line is no sample'];
  const faults = [
    [help === 1, 'has no HELP, or several'],
    [type !== undefined, 'has no TYPE'],
    [(type === 'counter') === name.endsWith('_total'), 'is a counter without _total, or has it and is none'],
    [
      !/_(?:ms|milliseconds|minutes|hours|kb|mb|gb|kilobytes|megabytes|gigabytes|percent)(?:_|$)/.test(name),
      'is in no base unit',
    ],
    [
      new Set(samples.map((one) => `${one.name}{${one.labels}}`)).size === samples.length,
      'has a sample twice',
    ],
    [samples.every(({ value }) => type !== 'counter' || value >= 0), 'counts below nothing'],
  ].flatMap(([isFine, fault]) => (isFine === true ? [] : [`${name} ${String(fault)}`]));
  return type === 'histogram' ? [...faults, ...bucketFaults(name, samples)] : faults;
}

function bucketFaults(name: string, samples: readonly Sample[]): string[] {
  const series = new Map<string, Sample[]>();
  for (const sample of samples.filter((one) => one.name === `${name}_bucket`)) {
    const key = sample.labels.replace(/(?:^|,)?le="[^"]*",?/, '');
    series.set(key, [...(series.get(key) ?? []), sample]);
  }
  return [...series.values()].flatMap((buckets) => [
    ...(buckets.at(-1)?.labels.includes('le="+Inf"') === true ? [] : [`${name} has no bucket +Inf`]),
    ...(buckets.every(({ value }, at) => at === 0 || value >= (buckets[at - 1]?.value ?? 0))
      ? []
      : [`${name} has buckets that fall`]),
  ]);
}
