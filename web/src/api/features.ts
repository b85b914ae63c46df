// What this gateway can do, out of its own document: parts of the console whose route it does not
// have are not shown.

export interface Features {
  messages: boolean; // of a device, as they came
  explain: boolean;
  deadLetters: boolean;
  change: boolean; // name and room
  merge: boolean;
  catalogue: boolean;
  commands: boolean;
  widths: boolean; // it chooses the windows of a chart
}

export interface Document {
  paths?: Record<string, Record<string, { parameters?: { name?: string }[] }>>;
}

export function featuresOf({ paths = {} }: Document): Features {
  const has = (path: string, method: string) => paths[path]?.[method] !== undefined;
  return {
    messages: has('/api/v1/devices/{id}/messages', 'get'),
    explain: has('/api/v1/ingest/explain', 'post'),
    deadLetters: has('/api/v1/dead-letters', 'get'),
    change: has('/api/v1/devices/{id}', 'patch'),
    merge: has('/api/v1/devices/{id}/merge', 'post') && has('/api/v1/devices/{id}/split', 'post'),
    catalogue: has('/api/v1/catalogue', 'get'),
    commands: has('/api/v1/devices/{id}/commands', 'post'),
    widths: paths['/api/v1/readings']?.['get']?.parameters?.some(({ name }) => name === 'width') ?? false,
  };
}

// Until it is read, and where it cannot be: everything; a route that is missing then says so.
export const features: Features = { messages: true, explain: true, deadLetters: true, change: true, merge: true, catalogue: true, commands: true, widths: true };

let reading: Promise<void> | undefined;

export function loadFeatures(): Promise<void> {
  return (reading ??= read());
}

async function read(): Promise<void> {
  try {
    const answer = await fetch('/openapi.json', { signal: AbortSignal.timeout(4_000) });
    if (answer.ok) Object.assign(features, featuresOf((await answer.json()) as Document));
  } catch {
    reading = undefined; // asked again with the next page
  }
}
