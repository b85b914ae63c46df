// Try a message: what does it become, and which rule would make it another?
import { css, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { View } from '../../app/settings';
import { api } from '../../api/client';
import { features } from '../../api/features';
import { errorText, isMissing } from '../../api/http';
import type { Explanation, Me } from '../../api/types';
import { pretty } from '../../model/payload';
import { formStyles } from '../../ui/forms.css';
import { icon } from '../../ui/icons';
import { adminsOnly } from '../../ui/notices';
import { shared } from '../../ui/styles';
import './result';

const examples = {
  zigbee: ['zigbee2mqtt/kitchen/climate', '{"temperature":21.37,"humidity":48.2,"battery":87,"linkquality":126}'],
  tasmota: ['tele/plug3/SENSOR', '{"Time":"2026-01-10T12:05:00","ENERGY":{"Total":83.412,"Power":48,"Voltage":221,"Current":0.249}}'],
  plain: ['garden/soil/moisture', '31.5'],
  unknown: ['meter/7/raw', '{"t":1767999300,"v":[{"n":"wm1","u":"m3","val":"0012.480"}]}'],
} as const;

@customElement('cd-mapping')
export class MappingPage extends View {
  @property({ attribute: false }) me?: Me;
  @state() private explanation: Explanation | undefined;
  @state() private failed = '';
  @state() private busy = false;
  @query('#topic') private topic!: HTMLInputElement;
  @query('#payload') private payload!: HTMLTextAreaElement;
  #abort = new AbortController();

  static override styles = [
    shared,
    formStyles,
    css`
      .intro {
        margin: 0.3rem 0 1.1rem;
        max-width: 44rem;
      }
      .sheet {
        display: grid;
        grid-template-columns: minmax(0, 1fr); /* a rule is as wide as its longest line */
        gap: 1.2rem;
        align-items: start;
      }
      @media (min-width: 60rem) {
        .sheet {
          grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        }
      }
      form,
      .result {
        padding: 1.1rem;
      }
      form {
        display: grid;
        gap: 1rem;
      }
      #topic,
      textarea {
        font-family: ui-monospace, 'SF Mono', Menlo, Consolas, monospace;
        font-size: 0.875rem;
      }
      .examples {
        display: grid;
        gap: 0.4rem;
      }
      .ends {
        display: flex;
        justify-content: flex-end;
      }
      h2 {
        margin-bottom: 0.7rem;
      }
      .waiting {
        display: grid;
        justify-items: center;
        align-content: center;
        gap: 0.6rem;
        min-height: 12rem;
        color: var(--soft);
        text-align: center;
      }
    `,
  ];

  override firstUpdated() {
    const handed = history.state as { topic?: unknown; payload?: unknown } | null;
    if (typeof handed?.topic === 'string' && typeof handed.payload === 'string') {
      this.fill(handed.topic, handed.payload);
      void this.explain();
    }
  }
  override disconnectedCallback() {
    super.disconnectedCallback();
    this.#abort.abort();
  }

  private fill(topic: string, payload: string) {
    if (!this.topic) return;
    this.topic.value = topic;
    this.payload.value = pretty(payload);
  }

  override render() {
    document.title = `${this.t('mapping.title')} · CareDian`;
    if (this.me?.role === 'member') return adminsOnly(this.t.bind(this));
    if (!features.explain)
      return html`<div class="notice">
        <h1 tabindex="-1">${this.t('mapping.title')}</h1>
        <p>${this.t('mapping.unsupported')}</p>
      </div>`;
    return html`
      <h1 tabindex="-1">${this.t('mapping.title')}</h1>
      <p class="soft intro">${this.t('mapping.text')}</p>
      <div class="sheet">
        <form class="card" @submit=${this.submit} @keydown=${this.key}>
          <div class="examples" role="group" aria-labelledby="examples">
            <span class="soft small" id="examples">${this.t('mapping.examples')}</span>
            <div class="chips">
              ${(Object.keys(examples) as (keyof typeof examples)[]).map(
                (name) => html`<button type="button" class="chip" @click=${() => this.example(name)}>${this.t(`mapping.example.${name}`)}</button>`,
              )}
            </div>
          </div>
          <div>
            <label class="field-label" for="topic">${this.t('mapping.topic')}</label>
            <input id="topic" required maxlength="1000" autocomplete="off" autocapitalize="none" spellcheck="false" placeholder="zigbee2mqtt/kitchen/climate" />
          </div>
          <div>
            <label class="field-label" for="payload">${this.t('mapping.payload')}</label>
            <textarea id="payload" rows="11" spellcheck="false" autocapitalize="none" placeholder='{"temperature": 21.4}'></textarea>
          </div>
          <div class="ends"><button class="button primary" ?disabled=${this.busy}>${icon('wand', 18)}${this.t('mapping.do')}</button></div>
        </form>
        <section class="card result" aria-busy=${this.busy}>
          <h2>${this.t('mapping.result')}</h2>
          ${this.failed ? html`<p class="error" role="alert">${this.failed}</p>` : nothing}
          ${this.explanation
            ? html`<cd-explanation .explanation=${this.explanation}></cd-explanation>`
            : this.failed
              ? nothing
              : html`<div class="waiting">${icon('message', 36)}<p>${this.t('mapping.waiting')}</p></div>`}
        </section>
      </div>
    `;
  }

  private example(name: keyof typeof examples) {
    const [topic, payload] = examples[name];
    this.fill(topic, payload);
    void this.explain();
  }

  private submit = (event: SubmitEvent) => {
    event.preventDefault();
    void this.explain();
  };
  private key = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void this.explain();
  };

  private async explain() {
    if (!this.topic?.value) return;
    this.#abort.abort();
    const { signal } = (this.#abort = new AbortController());
    this.busy = true;
    try {
      this.explanation = await api.explain(this.topic.value, this.payload.value, signal);
      this.failed = '';
    } catch (error) {
      if (signal.aborted) return;
      this.explanation = undefined;
      this.failed = isMissing(error) ? this.t('mapping.unsupported') : errorText(error);
    }
    this.busy = false;
    await this.updateComplete; // on a phone the result is below the form
    this.renderRoot.querySelector('.result')?.scrollIntoView({ block: 'nearest' });
  }
}
