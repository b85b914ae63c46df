// System, for administrators: is everything well, and how do messages flow?
import { html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { api } from '../../api/client';
import { features } from '../../api/features';
import { ApiError } from '../../api/http';
import type { DeadLetter, Dependency, Me, System } from '../../api/types';
import { formatAgo, formatBytes, formatDuration, formatNumber, formatTime } from '../../model/format';
import { icon } from '../../ui/icons';
import { plain } from '../../model/plain';
import { isWord } from '../../words/i18n';
import { View } from '../../app/settings';
import { formStyles } from '../../ui/forms.css';
import { adminsOnly } from '../../ui/notices';
import { shared } from '../../ui/styles';
import './dead-letters';
import { ratesKept } from './flow';
import { systemStyles } from './page.css';

const refreshMs = 2_000;
const lettersShown = 20;

@customElement('cd-system')
export class SystemPage extends View {
  @property({ attribute: false }) me?: Me;
  @state() private system: System | undefined;
  @state() private error: ApiError | undefined;
  @state() private rates: number[] = [];
  @state() private letters: DeadLetter[] | undefined;
  #dead = -1;

  #timer: ReturnType<typeof setTimeout> | undefined;

  static override styles = [shared, formStyles, systemStyles];

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
      await this.readLetters(system.dead);
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

  // Together with the first figures, so that nothing moves; later when there are new ones.
  private async readLetters(dead: number) {
    if (dead === this.#dead || !features.deadLetters) return;
    this.#dead = dead;
    try {
      this.letters = await api.deadLetters(lettersShown);
    } catch {
      this.letters = undefined; // an older gateway: its page has no such part
    }
  }

  override render() {
    document.title = `${this.t('system.title')} · CareDian`;
    if (this.me?.role === 'member' || this.error?.status === 403)
      return adminsOnly(this.t.bind(this));
    const { system } = this;
    return html`
      <div class="head">
        <h1 tabindex="-1">${this.t('system.title')}</h1>
        ${features.explain ? html`<a class="chip" href="/mapping">${icon('wand', 16)}${this.t('system.mapping')}</a>` : nothing}
      </div>
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
        <cd-flow .system=${system} .rates=${this.rates}></cd-flow>
      </section>
      ${this.letters ? html`<cd-dead-letters .letters=${this.letters}></cd-dead-letters>` : nothing}
      <div class="columns">
        ${this.journal(system)} ${this.facts('system.history', this.history(system.history))} ${this.devices(system)}
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

  // An older gateway says less: what it does not say has no row.
  private history(history: System['history']): [string, string][] {
    const lang = this.lang_;
    const { first, size_bytes: disk, rollup_bytes: rollups, bytes_per_value: each, values } = history;
    return [
      ...(first ? [[this.t('system.history.first'), formatAgo(first, Date.now(), lang)] as [string, string]] : []),
      [this.t('system.history.series'), this.n(history.series)],
      [this.t('system.history.points'), this.n(history.points)],
      ...(values ? [[this.t('system.history.values'), this.n(values)] as [string, string]] : []),
      [disk ? this.t('system.history.disk') : this.t('system.history.bytes'), formatBytes(disk ?? history.bytes, lang)],
      ...(rollups ? [[this.t('system.history.rollups'), formatBytes(rollups, lang)] as [string, string]] : []),
      ...(each ? [[this.t('system.history.per_value'), this.t('system.per_value', { n: this.n(each, 2) })] as [string, string]] : []),
    ];
  }

  private devices({ devices, stream }: System) {
    const known = devices?.count ?? devices?.known;
    if (known === undefined) return nothing;
    const rows: [string, string][] = [[this.t('system.devices.known'), this.n(known)]];
    if (devices?.stale !== undefined) rows.push([this.t('system.devices.stale'), this.n(devices.stale)]);
    if (stream) rows.push([this.t('system.devices.stream'), this.n(stream.subscribers)]);
    return html`${this.facts('system.devices', rows, devices?.flood ? html`<p class="flood small">${icon('warn', 16)}${this.t('system.devices.flood')}</p>` : nothing)}`;
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
      ${reason ? html`<p class="small"><bdi>${plain(reason, 300)}</bdi></p>` : nothing}
      ${state !== 'up' && feature ? html`<p class="small missing">${this.t('system.missing', { feature: this.word(`feature.${name}`, feature) })}</p>` : nothing}
    </li>`;
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

  private facts(title: 'system.history' | 'system.devices' | 'system.ignored' | 'system.program', rows: [string, string][], more: unknown = nothing) {
    return html`<section>
      <h2>${this.t(title)}</h2>
      <div class="card facts">
        ${rows.length
          ? html`<dl>${rows.map(([name, value]) => this.row(name, value))}</dl>`
          : html`<p class="soft small empty">${this.t('system.ignored.none')}</p>`}
        ${more}
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
                html`<tr><td>${this.word(`part.${sink.name}`, sink.name)}</td><td>${this.n(sink.written)}</td><td>${this.n(sink.cursor)}</td></tr>`,
            )}
          </tbody>
        </table>
      </div>
    </section>`;
  }
}
