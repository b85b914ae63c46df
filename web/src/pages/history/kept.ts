// The values looked at last: who comes back to the page without an address of its own sees them
// again. Kept in this browser only.
import { readHistory, writeHistory, type HistoryState } from '../../model/history-state';

const key = 'caredian.history';

export function lastState(state: HistoryState, parameters: URLSearchParams): HistoryState {
  if (parameters.size > 0) return state;
  try {
    return readHistory(new URLSearchParams(localStorage.getItem(key) ?? ''));
  } catch {
    return state; // private windows may refuse
  }
}

export function keepState(state: HistoryState): void {
  try {
    localStorage.setItem(key, writeHistory({ ...state, range: typeof state.range === 'string' ? state.range : '24h' }).toString());
  } catch {
    // As above.
  }
}
