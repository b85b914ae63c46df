// What the console knows of fields by their names, and of Home Assistant's classes: label [Korean,
// English], picture, how telling they are, how a flag is spoken.

export type Picture =
  | 'temperature' | 'humidity' | 'air' | 'motion' | 'door' | 'leak' | 'alarm' | 'power' | 'light'
  | 'sun' | 'battery' | 'signal' | 'heart' | 'bed' | 'lock' | 'button' | 'gauge' | 'text';

// How a tile looks: something is going on, or somebody should look.
export type Mood = 'calm' | 'active' | 'alert';

export interface Flag {
  on: readonly [string, string];
  off: readonly [string, string];
  mood?: Mood; // of `moodOn`
  moodOn?: boolean; // which value has the mood; true when absent
}

export interface Knowledge {
  label: readonly [string, string];
  picture: Picture;
  rank: number; // the higher, the more telling
  flag?: Flag;
}

const onOff: Flag = { on: ['켜짐', 'On'], off: ['꺼짐', 'Off'], mood: 'active' };
const opened: Flag = { on: ['열림', 'Open'], off: ['닫힘', 'Closed'], mood: 'active' };
const alarm = (on: readonly [string, string]): Flag => ({ on, off: ['이상 없음', 'Clear'], mood: 'alert' });
export const yesNo: Flag = { on: ['예', 'Yes'], off: ['아니요', 'No'] };

export const known: Record<string, Knowledge> = {
  fall: { label: ['낙상', 'Fall'], picture: 'alarm', rank: 100, flag: alarm(['낙상 감지', 'Fall detected']) },
  sos: { label: ['긴급 호출', 'SOS'], picture: 'alarm', rank: 100, flag: alarm(['호출됨', 'Called']) },
  smoke: { label: ['연기', 'Smoke'], picture: 'alarm', rank: 98, flag: alarm(['연기 감지', 'Smoke detected']) },
  gas: { label: ['가스', 'Gas'], picture: 'alarm', rank: 97, flag: alarm(['가스 감지', 'Gas detected']) },
  carbon_monoxide: { label: ['일산화탄소', 'Carbon monoxide'], picture: 'alarm', rank: 97, flag: alarm(['감지됨', 'Detected']) },
  gas_leak: { label: ['가스', 'Gas'], picture: 'alarm', rank: 97, flag: alarm(['가스 누출', 'Gas leak']) },
  water_leak: { label: ['누수', 'Water leak'], picture: 'leak', rank: 96, flag: alarm(['누수 감지', 'Leak detected']) },
  occupancy: { label: ['움직임', 'Motion'], picture: 'motion', rank: 90, flag: { on: ['감지됨', 'Motion'], off: ['없음', 'No motion'], mood: 'active' } },
  presence: { label: ['사람', 'Presence'], picture: 'motion', rank: 90, flag: { on: ['있음', 'Present'], off: ['없음', 'Nobody'], mood: 'active' } },
  bed_occupied: { label: ['침대', 'Bed'], picture: 'bed', rank: 90, flag: { on: ['누워 있음', 'In bed'], off: ['비어 있음', 'Empty'], mood: 'active' } },
  in_bed: { label: ['침대', 'Bed'], picture: 'bed', rank: 90, flag: { on: ['누워 있음', 'In bed'], off: ['비어 있음', 'Empty'], mood: 'active' } },
  // Zigbee2MQTT: true = the magnet is there = closed.
  contact: { label: ['여닫힘', 'Contact'], picture: 'door', rank: 89, flag: { on: ['닫힘', 'Closed'], off: ['열림', 'Open'], mood: 'active', moodOn: false } },
  door: { label: ['문', 'Door'], picture: 'door', rank: 78, flag: opened },
  window: { label: ['창문', 'Window'], picture: 'door', rank: 88, flag: opened },
  open: { label: ['열림', 'Open'], picture: 'door', rank: 88, flag: opened },
  locked: { label: ['잠금', 'Lock'], picture: 'lock', rank: 88, flag: { on: ['잠김', 'Locked'], off: ['열림', 'Unlocked'], mood: 'active', moodOn: false } },
  unlocked: { label: ['잠금', 'Lock'], picture: 'lock', rank: 88, flag: { on: ['열림', 'Unlocked'], off: ['잠김', 'Locked'], mood: 'active' } },
  light_seen: { label: ['빛', 'Light'], picture: 'sun', rank: 57, flag: { on: ['밝음', 'Bright'], off: ['어두움', 'Dark'] } },
  noise_heard: { label: ['소리', 'Sound'], picture: 'gauge', rank: 57, flag: { on: ['감지됨', 'Detected'], off: ['없음', 'None'], mood: 'active' } },
  vibration: { label: ['진동', 'Vibration'], picture: 'motion', rank: 85, flag: { on: ['감지됨', 'Detected'], off: ['없음', 'None'], mood: 'active' } },
  heart_rate: { label: ['심박수', 'Heart rate'], picture: 'heart', rank: 84 },
  respiration_rate: { label: ['호흡수', 'Respiration'], picture: 'heart', rank: 83 },
  temperature: { label: ['온도', 'Temperature'], picture: 'temperature', rank: 80 },
  co2: { label: ['이산화탄소', 'CO₂'], picture: 'air', rank: 78 },
  pm25: { label: ['초미세먼지', 'PM2.5'], picture: 'air', rank: 77 },
  pm10: { label: ['미세먼지', 'PM10'], picture: 'air', rank: 76 },
  voc: { label: ['휘발성 유기화합물', 'VOC'], picture: 'air', rank: 75 },
  humidity: { label: ['습도', 'Humidity'], picture: 'humidity', rank: 74 },
  moisture: { label: ['수분', 'Moisture'], picture: 'humidity', rank: 73 },
  power: { label: ['전력', 'Power'], picture: 'power', rank: 70, flag: onOff },
  steps: { label: ['걸음 수', 'Steps'], picture: 'heart', rank: 69 },
  state: { label: ['상태', 'State'], picture: 'gauge', rank: 68, flag: onOff },
  on: { label: ['전원', 'Power'], picture: 'power', rank: 68, flag: onOff },
  running: { label: ['동작', 'Running'], picture: 'gauge', rank: 68, flag: { on: ['동작 중', 'Running'], off: ['멈춤', 'Stopped'], mood: 'active' } },
  action: { label: ['누름', 'Action'], picture: 'button', rank: 66 },
  // Appliances: what it does tells more than its door, its temperature more than that.
  status: { label: ['상태', 'Status'], picture: 'gauge', rank: 79 },
  mode: { label: ['모드', 'Mode'], picture: 'gauge', rank: 67 },
  remaining_time: { label: ['남은 시간', 'Time left'], picture: 'gauge', rank: 66 },
  cycle: { label: ['코스', 'Cycle'], picture: 'text', rank: 50 },
  condition: { label: ['날씨', 'Condition'], picture: 'sun', rank: 64 },
  duration: { label: ['시간', 'Duration'], picture: 'gauge', rank: 56 },
  volume: { label: ['음량', 'Volume'], picture: 'gauge', rank: 42 },
  download: { label: ['받는 속도', 'Download'], picture: 'signal', rank: 62 },
  upload: { label: ['보내는 속도', 'Upload'], picture: 'signal', rank: 61 },
  devices_connected: { label: ['연결된 기기', 'Devices connected'], picture: 'signal', rank: 63 },
  rinse_refill_needed: { label: ['린스 보충', 'Rinse refill'], picture: 'leak', rank: 36, flag: { on: ['필요', 'Needed'], off: ['충분', 'Enough'], mood: 'active' } },
  fresh_air_filter: { label: ['공기 필터', 'Air filter'], picture: 'air', rank: 36, flag: onOff },
  last_boot: { label: ['마지막 시작', 'Last boot'], picture: 'text', rank: 7 },
  brightness: { label: ['밝기', 'Brightness'], picture: 'light', rank: 60 },
  illuminance: { label: ['조도', 'Illuminance'], picture: 'sun', rank: 58 },
  pressure: { label: ['압력', 'Pressure'], picture: 'gauge', rank: 55 },
  energy: { label: ['전력량', 'Energy'], picture: 'power', rank: 52 },
  current: { label: ['전류', 'Current'], picture: 'power', rank: 45 },
  level: { label: ['수위', 'Level'], picture: 'gauge', rank: 44 },
  color_temp: { label: ['색온도', 'Color temperature'], picture: 'light', rank: 40 },
  value: { label: ['값', 'Value'], picture: 'gauge', rank: 69 },
  value_bool: { label: ['상태', 'State'], picture: 'power', rank: 69, flag: onOff },
  online: { label: ['연결', 'Connection'], picture: 'signal', rank: 18, flag: { on: ['연결됨', 'Online'], off: ['끊김', 'Offline'] } },
  battery: { label: ['배터리', 'Battery'], picture: 'battery', rank: 15, flag: { on: ['정상', 'OK'], off: ['부족', 'Low'] } },
  battery_low: { label: ['배터리', 'Battery'], picture: 'battery', rank: 15, flag: { on: ['부족', 'Low'], off: ['정상', 'OK'] } },
  tamper: { label: ['훼손', 'Tamper'], picture: 'alarm', rank: 14, flag: alarm(['감지됨', 'Detected']) },
  dew_point: { label: ['이슬점', 'Dew point'], picture: 'humidity', rank: 53 },
  voc_index: { label: ['VOC 지수', 'VOC index'], picture: 'air', rank: 75 },
  formaldehyde: { label: ['폼알데하이드', 'Formaldehyde'], picture: 'air', rank: 74 },
  aqi: { label: ['공기질', 'Air quality'], picture: 'air', rank: 77 },
  noise: { label: ['소음', 'Noise'], picture: 'gauge', rank: 57 },
  wind_speed: { label: ['풍속', 'Wind speed'], picture: 'air', rank: 62 },
  rain: { label: ['강수량', 'Rain'], picture: 'leak', rank: 61 },
  position: { label: ['열린 정도', 'Position'], picture: 'gauge', rank: 65 },
  distance: { label: ['거리', 'Distance'], picture: 'gauge', rank: 50 },
  weight: { label: ['무게', 'Weight'], picture: 'gauge', rank: 70 },
  speed: { label: ['속도', 'Speed'], picture: 'gauge', rank: 54 },
  flow: { label: ['유량', 'Flow'], picture: 'leak', rank: 60 },
  frequency: { label: ['주파수', 'Frequency'], picture: 'power', rank: 9 },
  power_factor: { label: ['역률', 'Power factor'], picture: 'power', rank: 9 },
  apparent_power: { label: ['피상 전력', 'Apparent power'], picture: 'power', rank: 9 },
  reactive_power: { label: ['무효 전력', 'Reactive power'], picture: 'power', rank: 9 },
  moving: { label: ['움직임', 'Moving'], picture: 'motion', rank: 80, flag: { on: ['움직임', 'Moving'], off: ['멈춤', 'Still'], mood: 'active' } },
  problem: { label: ['문제', 'Problem'], picture: 'alarm', rank: 60, flag: alarm(['있음', 'Problem']) },
  connected: { label: ['연결', 'Connection'], picture: 'signal', rank: 18, flag: { on: ['연결됨', 'Connected'], off: ['끊김', 'Disconnected'] } },
  voltage: { label: ['전압', 'Voltage'], picture: 'power', rank: 12 },
  device_temperature: { label: ['기기 온도', 'Device temperature'], picture: 'temperature', rank: 11 },
  linkquality: { label: ['신호 세기', 'Link quality'], picture: 'signal', rank: 10 },
  rssi: { label: ['신호 세기', 'Signal'], picture: 'signal', rank: 10 },
  uptime: { label: ['켜진 시간', 'Uptime'], picture: 'gauge', rank: 8 },
  update_state: { label: ['업데이트', 'Update'], picture: 'text', rank: 6 },
  battery_voltage: { label: ['배터리 전압', 'Battery voltage'], picture: 'battery', rank: 12 },
  chime_sound: { label: ['알림음', 'Chime'], picture: 'text', rank: 17, flag: onOff },
  wifi: { label: ['Wi-Fi', 'Wi-Fi'], picture: 'signal', rank: 10 },
  cpu_speed: { label: ['CPU 속도', 'CPU speed'], picture: 'gauge', rank: 17 },
  filter_life: { label: ['필터 수명', 'Filter life'], picture: 'air', rank: 46 },
  softening_level: { label: ['연수 단계', 'Softening level'], picture: 'gauge', rank: 25 },
  total_time: { label: ['전체 시간', 'Total time'], picture: 'gauge', rank: 43 },
  water: { label: ['물 사용량', 'Water used'], picture: 'leak', rank: 60 },
  device_time: { label: ['기기 시각', 'Device time'], picture: 'text', rank: 5 },
  last_seen: { label: ['기기 시각', 'Device time'], picture: 'text', rank: 5 },
};

export const synonyms: Record<string, string> = {
  motion: 'occupancy', leak: 'water_leak', co: 'carbon_monoxide', carbon_dioxide: 'co2', eco2: 'co2',
  'pm2_5': 'pm25', soil_moisture: 'moisture', illuminance_lux: 'illuminance', lux: 'illuminance',
  temp: 'temperature', hum: 'humidity', batt: 'battery', lqi: 'linkquality', bed: 'in_bed',
  dewpoint: 'dew_point', tvoc: 'voc', hcho: 'formaldehyde', sound: 'noise', windspeed: 'wind_speed', tempc: 'temperature',
  apparentpower: 'apparent_power', reactivepower: 'reactive_power', factor: 'power_factor', relay: 'on', output: 'on', apower: 'power',
  flood: 'water_leak', link_quality: 'linkquality', wifi_signal: 'rssi', signal: 'rssi', opening: 'open', garage_door: 'door',
  bed_occupancy: 'in_bed', lock: 'locked', switch: 'on', watts: 'power', bpm: 'heart_rate',
  heartrate: 'heart_rate', available: 'online', availability: 'online', light: 'brightness',
};

export const prefixes: Record<string, string> = {
  outdoor: '실외', indoor: '실내', soil: '토양', target: '설정', local: '현재', left: '왼쪽',
  right: '오른쪽', top: '위', bottom: '아래', middle: '가운데', water: '물', total: '누적',
  today: '오늘', daily: '하루', average: '평균', max: '최고', min: '최저',
};

// Home Assistant's device classes, in our words.
export const classes: Record<string, string> = {
  ...Object.fromEntries(
    [
      'temperature', 'humidity', 'pressure', 'illuminance', 'power', 'energy', 'voltage', 'current', 'battery',
      'pm25', 'pm10', 'aqi', 'distance', 'weight', 'speed', 'wind_speed', 'frequency', 'power_factor', 'duration',
      'apparent_power', 'reactive_power', 'occupancy', 'presence', 'vibration', 'smoke', 'gas', 'carbon_monoxide',
      'tamper', 'problem', 'running', 'moving', 'window', 'door',
    ].map((name) => [name, name]),
  ),
  carbon_dioxide: 'co2', volatile_organic_compounds: 'voc', volatile_organic_compounds_parts: 'voc',
  signal_strength: 'rssi', motion: 'occupancy', opening: 'open', garage_door: 'door', moisture: 'moisture',
  connectivity: 'connected', sound_pressure: 'noise', precipitation: 'rain', water: 'flow', volume_flow_rate: 'flow',
  atmospheric_pressure: 'pressure', outlet: 'on', switch: 'on', plug: 'on', light: 'on', lock: 'locked',
};

// Classes that mean something else when the value is on or off.
export const flagClasses: Record<string, string> = {
  moisture: 'water_leak', battery: 'battery_low', gas: 'gas', lock: 'unlocked', power: 'on', light: 'light_seen', sound: 'noise_heard',
};

// Texts that are flags in disguise.
export const texts: Record<string, readonly [string, string]> = {
  on: ['켜짐', 'On'], off: ['꺼짐', 'Off'], open: ['열림', 'Open'], closed: ['닫힘', 'Closed'],
  close: ['닫힘', 'Closed'], online: ['연결됨', 'Online'], offline: ['끊김', 'Offline'],
  locked: ['잠김', 'Locked'], unlocked: ['열림', 'Unlocked'], home: ['집에 있음', 'Home'],
  not_home: ['외출', 'Away'], unavailable: ['연결 안 됨', 'Unavailable'], unknown: ['알 수 없음', 'Unknown'],
  idle: ['대기', 'Idle'], heat: ['난방', 'Heating'], cool: ['냉방', 'Cooling'], auto: ['자동', 'Auto'],
  running: ['동작 중', 'Running'], stopped: ['멈춤', 'Stopped'], single: ['한 번', 'Single'],
  kimchi: ['김치', 'Kimchi'], storage: ['보관', 'Storage'], normal: ['보통', 'Normal'], high: ['높음', 'High'],
  low: ['낮음', 'Low'], sunny: ['맑음', 'Sunny'], rainy: ['비', 'Rainy'], snowy: ['눈', 'Snowy'], cloudy: ['흐림', 'Cloudy'],
  'clear-night': ['맑은 밤', 'Clear night'], partlycloudy: ['구름 조금', 'Partly cloudy'],
  docked: ['충전대에 있음', 'Docked'], cleaning: ['청소 중', 'Cleaning'], returning: ['돌아가는 중', 'Returning'], paused: ['일시 정지', 'Paused'],
  charging: ['충전 중', 'Charging'], error: ['오류', 'Error'], ok: ['정상', 'OK'], power_off: ['꺼짐', 'Off'], silent: ['조용히', 'Silent'], sleep: ['취침', 'Sleep'],
  dry: ['제습', 'Dry'], fan_only: ['송풍', 'Fan'], washing: ['세탁 중', 'Washing'], drying: ['건조 중', 'Drying'], rinsing: ['헹굼', 'Rinsing'],
  spinning: ['탈수', 'Spinning'], finished: ['끝남', 'Finished'], end: ['끝남', 'Finished'], standby: ['대기', 'Standby'], opening: ['열리는 중', 'Opening'],
  closing: ['닫히는 중', 'Closing'], playing: ['재생 중', 'Playing'], medium: ['중간', 'Medium'], boost: ['강하게', 'Boost'], playback: ['재생 중', 'Playing'],
  double: ['두 번', 'Double'], hold: ['길게', 'Hold'], long: ['길게', 'Long'],
};
