// The sensor catalogue.
import type { Words } from './i18n';

export const catalogueWords = {
  'catalogue.title': ['센서 목록', 'Sensor catalogue'],
  'catalogue.text': [
    '기기가 실제로 보낸 것으로 만들기 때문에 언제나 맞습니다. 대시보드와 규칙에 쓰는 이름입니다.',
    'Made from what devices really sent, so it is always true. These are the names for dashboards and rules.',
  ],
  'catalogue.search': ['measurement, 필드, 단위로 찾기', 'Search by measurement, field, unit'],
  'catalogue.markdown': ['Markdown', 'Markdown'],
  'catalogue.csv': ['CSV', 'CSV'],
  'catalogue.save': ['{format} 파일로 저장', 'Save as {format}'],
  'catalogue.field': ['필드', 'Field'],
  'catalogue.type': ['형식', 'Type'],
  'catalogue.unit': ['단위', 'Unit'],
  'catalogue.class': ['분류', 'Class'],
  'catalogue.devices': ['기기 수', 'Devices'],
  'catalogue.seen': ['마지막 수신', 'Last seen'],
  'catalogue.tags': ['태그', 'Tags'],
  'catalogue.count': ['필드 {n}개', '{n} fields'],
  'catalogue.none': ['맞는 필드가 없습니다.', 'No field matches.'],
  'catalogue.empty': ['아직 받은 것이 없습니다.', 'Nothing was heard yet.'],
  'catalogue.truncated': ['여기에 다 담지 못했습니다.', 'There is more than is shown here.'],
} satisfies Words;
