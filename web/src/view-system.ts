// System, for administrators: is everything well, and how do messages flow?
import { html, nothing, svg } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { api, ApiError, type Dependency, type Me, type System } from './api';
import { formatAgo, formatBytes, formatDuration, formatNumber, formatTime } from './format';
import { icon } from './icons';
import { isWord } from './i18n';
import { View } from './settings';
import { shared } from './styles';
import { systemStyles } from './view-system.css';

const refreshMs = 2_000;
const ratesKept = 60;

@customElement('cd-system')
export class SystemPage extends View {
  @property({ attribute: false }) me?: Me;
  @state() private system: System | undefined;
  @state() private error: ApiError | undefined;
  @state() private rates: number[] = [];

  #timer: ReturnType<typeof setTimeout> | undefined;

  static override styles = [shared, systemStyles];

  override connectedCallback() {
    super.connectedCallback();
    document.addEventListener('visibilitychange', this.wake);
    void this.refresh();
  }
  override disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener('visibilitychange', this.wake);
    clearTimeout(this.#timer);
  }
  private readonly wake = () => {
    if (!document.hidden) void this.refresh();
  };

  // Asks again after each answer, and not while nobody looks.
  private async refresh() {
    clearTimeout(this.#timer);
    try {
      const system = await api.system();
      this.system = system;
      this.error = undefined;
      this.rates = [...this.rates, system.rates.messages_per_s].slice(-ratesKept);
    } catch (error) {
      this.error = error instanceof ApiError ? error : new ApiError(0, String(error));
      if (this.error.status === 403) return;
    }
    if (this.isConnected && !document.hidden) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.refresh(), refreshMs);
    }
  }

  override render() {
    document.title = `${this.t('system.title')} · CareDian`;
    if (this.me?.role === 'member' || this.error?.status === 403)
      return html`<div class="notice">
        <h1 tabindex="-1">${this.t('system.denied')}</h1>
        <p>${this.t('system.denied.text')}</p>
        <a class="button" href="/">${this.t('app.home')}</a>
      </div>`;
    const { system } = this;
    return html`
      <h1 tabindex="-1">${this.t('system.title')}</h1>
      ${system
        ? this.content(system)
        : html`<p class="notice soft" role="status">${this.error?.message ?? this.t('app.loading')}</p>`}
    `;
  }

  // Names that the gateway gives: in our words where we have them, else as they came.
  private word(key: string, otherwise: string): string {
    return isWord(key) ? this.t(key) : otherwise;
  }

  private n(value: number, decimals = 0): string {
    return formatNumber(value, this.lang_, decimals);
  }

  private content(system: System) {
    return html`
      ${this.verdict(system.dependencies)}
      <section>
        <h2>${this.t('system.dependencies')}</h2>
        <ul class="dependencies">
          ${system.dependencies.map((dependency) => this.dependency(dependency))}
        </ul>
      </section>
      <section>
        <h2>${this.t('system.flow')}</h2>
        <div class="flow">${this.rate(system)} ${this.counters(system)}</div>
      </section>
      <div class="columns">
        ${this.journal(system)} ${this.facts('system.history', [
          [this.t('system.history.series'), this.n(system.history.series)],
          [this.t('system.history.points'), this.n(system.history.points)],
          [this.t('system.history.blocks'), this.n(system.history.blocks)],
          [this.t('system.history.bytes'), formatBytes(system.history.bytes, this.lang_)],
        ])}
        ${this.sinks(system)}
        ${this.facts(
          'system.ignored',
          Object.entries(system.ignored)
            .sort((a, b) => b[1] - a[1])
            .map(([name, count]) => [this.word(`ignored.${name}`, name), this.n(count)]),
        )}
        ${this.facts('system.program', [
          [this.t('system.version'), system.version],
          [this.t('system.uptime'), formatDuration(system.uptime_s, this.lang_)],
          [this.t('system.memory'), formatBytes(system.process.rss_bytes, this.lang_)],
          [this.t('system.cpu'), formatDuration(system.process.cpu_s, this.lang_)],
        ])}
      </div>
    `;
  }

  private verdict(dependencies: Dependency[]) {
    const unwell = dependencies.filter((d) => d.state !== 'up').length;
    const words =
      unwell === 0
        ? this.t('system.ok')
        : unwell === 1
          ? this.t('system.degraded.one')
          : this.t('system.degraded', { n: this.n(unwell) });
    return html`<p class="verdict ${unwell ? 'active' : 'good'}" role="status">
      ${icon(unwell ? 'warn' : 'check', 20)}<span>${words}</span>
    </p>`;
  }

  private dependency({ name, state, since, reason, feature }: Dependency) {
    const kind = { up: 'good', starting: '', degraded: 'active', down: 'alert' }[state] ?? '';
    return html`<li class="card">
      <div class="line">
        <strong>${this.word(`part.${name}`, name.replaceAll('_', ' '))}</strong>
        <span class="pill ${kind}">${this.word(`state.${state}`, state)}</span>
      </div>
      <p class="soft small numbers" title=${formatTime(since, this.lang_)}>
        ${this.t('system.since', { time: formatAgo(since, Date.now(), this.lang_) })}
      </p>
      ${reason ? html`<p class="small">${reason}</p>` : nothing}
      ${state !== 'up' && feature ? html`<p class="small missing">${this.t('system.missing', { feature: this.word(`feature.${name}`, feature) })}</p>` : nothing}
    </li>`;
  }

  private rate(system: System) {
    return html`<div class="card rate">
      <div>
        <p class="soft small">${this.t('system.rate')}</p>
        <p class="big numbers">${this.n(system.rates.messages_per_s, 1)}</p>
      </div>
      ${this.spark()}
    </div>`;
  }

  // The rates seen since the page was opened.
  private spark() {
    const top = Math.max(1, ...this.rates);
    const start = ratesKept - this.rates.length;
    const points = this.rates.map((rate, i) => `${((start + i) / (ratesKept - 1)) * 200},${46 - (rate / top) * 42}`);
    return html`<svg class="spark" viewBox="0 0 200 48" preserveAspectRatio="none" aria-hidden="true">
      ${points.length > 1 ? svg`<polyline points=${points.join(' ')} />` : nothing}
    </svg>`;
  }

  private counters(system: System) {
    const rows = [
      ['system.received', system.received],
      ['system.journaled', system.journaled],
      ['system.acknowledged', system.acknowledged],
      ['system.decoded', system.decoded],
      ['system.described', system.described],
      ['system.dead', system.dead],
    ] as const;
    return html`<dl class="counters">
      ${rows.map(
        ([word, count]) =>
          html`<div class="card ${word === 'system.dead' && count > 0 ? 'warned' : ''}">
            <dt>${this.t(word)}</dt>
            <dd class="numbers">${this.n(count)}</dd>
          </div>`,
      )}
    </dl>`;
  }

  private journal({ journal }: System) {
    const share = journal.max_bytes > 0 ? Math.min(1, journal.bytes / journal.max_bytes) : 0;
    const used = formatBytes(journal.bytes, this.lang_);
    const max = formatBytes(journal.max_bytes, this.lang_);
    return html`<section>
      <h2>${this.t('system.journal')}</h2>
      <div class="card facts">
        <svg class="meter ${share > 0.5 ? 'high' : ''}" width="100%" height="8" aria-hidden="true">
          <rect width="100%" height="8" rx="4" />
          <rect class="used" width=${`${Math.max(share * 100, share > 0 ? 1.5 : 0)}%`} height="8" rx="4" />
        </svg>
        <dl>
          ${this.row(this.t('system.journal.size'), this.t('system.journal.of', { used, max }))}
          ${this.row(this.t('system.journal.rows'), this.n(journal.rows))}
          ${this.row(
            this.t('system.journal.oldest'),
            journal.oldest ? formatAgo(journal.oldest, Date.now(), this.lang_) : '–',
          )}
          ${this.row(this.t('system.journal.state'), this.word(`state.${journal.state}`, journal.state))}
        </dl>
      </div>
    </section>`;
  }

  private row(name: string, value: string) {
    return html`<div><dt>${name}</dt><dd class="numbers">${value}</dd></div>`;
  }

  private facts(title: 'system.history' | 'system.ignored' | 'system.program', rows: [string, string][]) {
    return html`<section>
      <h2>${this.t(title)}</h2>
      <div class="card facts">
        ${rows.length
          ? html`<dl>${rows.map(([name, value]) => this.row(name, value))}</dl>`
          : html`<p class="soft small empty">${this.t('system.ignored.none')}</p>`}
      </div>
    </section>`;
  }

  private sinks(system: System) {
    return html`<section>
      <h2>${this.t('system.sinks')}</h2>
      <div class="card facts">
        <table class="numbers">
          <thead>
            <tr>
              <th>${this.t('system.sinks.name')}</th>
              <th>${this.t('system.sinks.written')}</th>
              <th>${this.t('system.sinks.cursor')}</th>
            </tr>
          </thead>
          <tbody>
            ${system.sinks.map(
              (sink) =>
                html`<tr><td>${sink.name}</td><td>${this.n(sink.written)}</td><td>${this.n(sink.cursor)}</td></tr>`,
            )}
          </tbody>
        </table>
      </div>
    </section>`;
  }
}
