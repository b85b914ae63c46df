// The device's last commands: what, by whom, when, and what came of each.
import { css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { View } from '../../app/settings';
import type { Command, Entity, Value } from '../../api/types';
import { controlOf, namedEntity } from '../../model/entity';
import { labelOf } from '../../model/fields';
import { formatTime, showText } from '../../model/format';
import { plain } from '../../model/plain';
import { shared } from '../../ui/styles';

const moods: Record<Command['state'], string> = { pending: '', done: 'good', late: 'active', no_answer: 'active', failed: 'alert' };

@customElement('cd-told')
export class Told extends View {
  @property({ attribute: false }) commands: Command[] = [];
  @property({ attribute: false }) entities: Entity[] = [];

  static override styles = [
    shared,
    css`
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0.15rem 1rem;
        padding: 0.7rem 1rem;
        border-bottom: 1px solid var(--line);
      }
      li:last-child {
        border-bottom: 0;
      }
      .what {
        overflow-wrap: anywhere;
      }
      .about {
        grid-column: 1 / -1;
        overflow-wrap: anywhere;
      }
    `,
  ];

  override render() {
    return html`<ul class="card">${this.commands.map((command) => this.row(command))}</ul>`;
  }

  private row(command: Command) {
    const entity = this.entities.find((one) => one.id === command.entity);
    const state = Object.hasOwn(moods, command.state) ? command.state : 'pending';
    return html`<li>
      <span class="what"><strong><bdi>${this.name(command, entity)}</bdi></strong> <bdi class="numbers">${this.value(command, entity)}</bdi></span>
      <span><span class="pill ${moods[state]}">${this.t(`control.state.${state}`)}</span></span>
      <span class="about soft small">
        <bdi>${plain(command.by, 80)}</bdi> · ${formatTime(command.sent, this.lang_)}
        ${command.attempts > 1 ? html` · ${this.t('control.attempts', { n: String(command.attempts) })}` : nothing}
        ${command.error ? html` · <bdi>${plain(command.error, 200)}</bdi>` : nothing}
      </span>
    </li>`;
  }

  private name(command: Command, entity: Entity | undefined): string {
    if (entity) return labelOf(namedEntity(entity, entity.state), this.lang_);
    return plain(command.entity ?? this.t('control.several'), 80);
  }

  private value({ request }: Command, entity: Entity | undefined): string {
    const one = (value: Value) => (entity ? showText(namedEntity(entity, value), value, this.lang_, true) : plain(String(value), 80));
    if (entity && controlOf(entity, null)?.kind === 'press') return ''; // its name says it
    if (request.value !== undefined) return one(request.value);
    const pairs = Object.entries(request.values ?? {}).map(([name, value]) => `${plain(name, 40)}: ${plain(JSON.stringify(value), 60)}`);
    return plain(pairs.join(', '), 160);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-told': Told;
  }
}
