// What the device says it has: each entity with its class, its state now and its topics.
import { css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { View } from '../../app/settings';
import type { Device, DeviceDetail, Entity, Value } from '../../api/types';
import { namedEntity } from '../../model/entity';
import { labelOf } from '../../model/fields';
import { showText } from '../../model/format';
import { plain } from '../../model/plain';
import { shared } from '../../ui/styles';

@customElement('cd-device-entities')
export class DeviceEntities extends View {
  @property({ attribute: false }) device!: Device;
  @property({ attribute: false }) detail: DeviceDetail | undefined;

  static override styles = [
    shared,
    css`
      p.soft {
        margin-bottom: 0.9rem;
      }
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(21rem, 100%), 1fr));
        gap: 0.7rem;
        align-items: start;
      }
      li {
        padding: 0.8rem 1rem;
        min-width: 0;
      }
      .top {
        display: flex;
        align-items: baseline;
        justify-content: space-between;
        gap: 1rem;
      }
      .top strong {
        font-weight: 600;
        min-width: 0;
      }
      .top span {
        font-weight: 650;
        text-align: right;
        max-width: 60%;
      }
      .tags {
        display: flex;
        flex-wrap: wrap;
        gap: 0.3rem;
        margin: 0.4rem 0;
      }
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0.1rem 0.9rem;
        font-size: 0.8125rem;
      }
      dt {
        color: var(--soft);
        white-space: nowrap;
      }
      code {
        font-size: 0.8125rem;
      }
    `,
  ];

  override render() {
    const entities = this.detail?.entities ?? [];
    if (!this.detail) return html`<p class="soft" role="status">${this.t('app.loading')}</p>`;
    if (entities.length === 0) return html`<p class="notice soft">${this.t('device.entities.none')}</p>`;
    return html`
      <p class="soft small">${this.t('device.entities.text')}</p>
      <ul>
        ${entities.map((entity) => this.entity(entity))}
      </ul>
    `;
  }

  // The stream keeps the fields current, not the description: the state shown is the field's.
  private state(entity: Entity): Value {
    const field = entity.field ? this.device.fields.find((one) => one.name === entity.field) : undefined;
    return entity.state ?? field?.value ?? null;
  }

  private entity(entity: Entity) {
    const lang = this.lang_;
    const state = this.state(entity);
    const named = namedEntity(entity, state);
    const tags = [entity.component, entity.device_class, entity.state_class, entity.category].filter((tag) => !!tag);
    const row = (word: Parameters<typeof this.t>[0], text: string | null) =>
      text ? html`<dt>${this.t(word)}</dt><dd><code><bdi>${plain(text, 160)}</bdi></code></dd>` : nothing;
    return html`<li class="card">
      <div class="top">
        <strong><bdi>${labelOf(named, lang)}</bdi></strong>
        <span class="numbers"><bdi>${showText(named, state, lang, true)}</bdi></span>
      </div>
      <div class="tags">${tags.map((tag) => html`<span class="pill"><bdi>${plain(tag!, 40)}</bdi></span>`)}</div>
      <dl>
        ${row('device.entities.field', entity.field)} ${row('device.entities.state', entity.state_topic)}
        ${row('device.entities.command', entity.command_topic)}
      </dl>
    </li>`;
  }
}
