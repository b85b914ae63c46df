"""The words of the tables in docs/scale.md, in both languages."""

# what a bound or limit is called
LIMITS = {
    "devices": ("devices of a gateway", "게이트웨이의 기기 수"),
    "entities": ("entities of a gateway", "게이트웨이의 엔티티 수"),
    "broker connections": ("connections of a Mosquitto", "Mosquitto 연결 수"),
    "broker :00": ("Mosquitto at :00", "정각의 Mosquitto"),
    "broker handshakes": ("Mosquitto when power is back", "전기가 돌아올 때 Mosquitto"),
    "broker CPU": ("Mosquitto's CPU", "Mosquitto CPU"),
    "HTTP connections": ("HTTP connections", "HTTP 연결 수"),
    "gateway CPU": ("gateway's CPU", "게이트웨이 CPU"),
    "InfluxDB series": ("series of an InfluxDB", "InfluxDB 시리즈 수"),
    "InfluxDB CPU": ("InfluxDB's CPU", "InfluxDB CPU"),
    "memory": ("memory", "메모리"), "CPU": ("CPU", "CPU"), ":00": ("all at :00", "정각"),
    "power back": ("power back", "전기가 돌아올 때"), "series": ("series", "시리즈"),
}

HEADS = {
    "demand": (
        ("homes", "devices", "messages/s, mean", "messages/s, busiest hour", "values/s then",
         "connections to brokers", "pages/s then", "network in / out then"),
        ("가구", "기기", "메시지/초, 평균", "메시지/초, 가장 바쁜 시간", "그때 값/초",
         "브로커 연결", "그때 화면/초", "그때 네트워크 들어옴 / 나감")),
    "plan": (
        ("homes", "cells", "homes in each", "gateways (spares among them)", "Mosquittos",
         "machines of {vcpu} vCPU, {memory} GB", "what asks for them",
         "cores in use then", "InfluxDB servers", "journal lasts"),
        ("가구", "셀", "셀마다 가구", "게이트웨이(예비 포함)", "Mosquitto",
         "{vcpu} vCPU, {memory} GB 기계", "그 수를 정하는 것", "그때 쓰는 코어",
         "InfluxDB 서버", "저널이 버티는 시간")),
    "data": (
        ("homes", "series", "InfluxDB, a year", "30 days, then hours",
         "VictoriaMetrics, a year", "local history, a year",
         "MariaDB: accounts / audit a year", "rows/s then", "Redis: sessions", "asked/s then"),
        ("가구", "시리즈", "InfluxDB, 1년", "30일, 그 뒤 시간 단위",
         "VictoriaMetrics, 1년", "자체 기록, 1년",
         "MariaDB: 계정 / 감사 기록 1년", "그때 행/초", "Redis: 세션", "그때 물음/초")),
    "limits": (
        ("homes", "first limit", "second", "third", "fourth"),
        ("가구", "첫째 한계", "둘째", "셋째", "넷째")),
    "simulation": (
        ("homes", "busiest hour: p99", "all at :00: stored after", "power back: done after",
         "gateway lost for 10 min: waits at the broker / caught up after",
         "InfluxDB lost for 10 min: in the journal / caught up after"),
        ("가구", "가장 바쁜 시간: p99", "모두 정각에: 저장까지", "전기가 돌아옴: 끝날 때까지",
         "게이트웨이 10분 없음: 브로커에서 기다림 / 따라잡기까지",
         "InfluxDB 10분 없음: 저널 / 따라잡기까지")),
    "machines": (
        ("homes", "2 vCPU, 8 GB (m6i.large)", "4 vCPU, 16 GB (m6i.xlarge)",
         "8 vCPU, 32 GB (m6i.2xlarge)", "8 vCPU, 64 GB (r6i.2xlarge)"),
        ("가구", "2 vCPU, 8 GB (m6i.large)", "4 vCPU, 16 GB (m6i.xlarge)",
         "8 vCPU, 32 GB (m6i.2xlarge)", "8 vCPU, 64 GB (r6i.2xlarge)")),
    "bounds": (
        ("devices of a gateway", "cells", "homes in each", "memory of a gateway",
         "what bounds a cell", "machines", "what asks for them"),
        ("게이트웨이의 기기 수", "셀", "셀마다 가구", "게이트웨이 메모리", "셀의 한계",
         "기계", "그 수를 정하는 것")),
    "pi": (
        ("home", "messages/s in the busiest hour", "part of one core (of four)",
         "all at :00 take", "memory of the gateway", "history, a year",
         "written to the card in a day"),
        ("집", "가장 바쁜 시간 메시지/초", "코어 하나(넷 중)에서 쓰는 몫",
         "모두 정각에 말하면", "게이트웨이 메모리", "기록, 1년", "하루에 카드에 쓰는 양")),
    "inputs": (("option", "unless set", "what, and why this default"),
               ("옵션", "기본값", "무엇이며 왜 이 값인가")),
}

WITHIN = (" less than {}", "{} 미만")
OF_LIMIT = ("{what}: {part}", "{what}: {part}")

KINDS = {"family": "가족 집: 조명, 플러그, 문, 온습도",
         "care": "돌봄 집: 방마다 재실·움직임, 침대, 문, 버튼",
         "full": "가득한 집(데모 집처럼): 몇 초마다 말하는 계량기까지"}

INPUTS = {
    "homes": "가구 수",
    "values": "메시지 하나의 값: 문(2개)과 플러그(10개) 사이",
    "fields": "기기 하나의 필드와 엔티티: 값, 배터리, 신호",
    "payload": "페이로드 바이트: docs/performance.md의 플러그가 233과 367",
    "peak": "하루 평균에 견준 가장 바쁜 시간의 메시지: 타이머에는 저녁이 없고 사람에게는 있다",
    "people": "계정이 있는 가족 수",
    "views": "한 사람이 하루에 여는 화면",
    "calls": "화면 하나에 API 답, 저마다 세션 확인이 따른다",
    "charts": "그 가운데 1년 그래프",
    "people-peak": "하루 평균에 견준 가장 바쁜 시간의 화면: 저녁",
    "watching": "그 시간에 실시간 스트림을 열어 둔 사람의 몫",
    "sessions": "한 사람의 살아 있는 세션: 휴대폰, 때때로 컴퓨터",
    "audit": "한 사람이 하루에 남기는 감사 기록 행: 로그인, 변경",
    "direct": "브로커에 직접 연결하는 기기의 몫. 나머지는 집의 브리지를 거친다",
    "top-of-hour": "정각에 한꺼번에 말하는 기기의 몫",
    "spread": "시계 차이로 이들이 흩어지는 초",
    "burst-within": "정각부터 이들이 모두 저장될 때까지의 초",
    "hello": "전기가 돌아올 때 기기 하나가 보내는 메시지: 인사, 상태",
    "return-spread": "기기들이 다시 켜지는 데 걸리는 초",
    "return-within": "모두 연결되고 저장될 때까지의 초",
    "utilisation": "가장 바쁜 시간에 쓰는 CPU의 몫: 줄이 짧고 기계 하나가 빠져도 된다",
    "memory-use": "쓰는 메모리의 몫",
    "fill": "정해진 한계(기기, 연결)에서 쓰는 몫",
    "spare": "없어도 되는 기계 수, 셀마다 게이트웨이 수",
    "vcpu": "기계의 코어",
    "memory": "기계의 GB",
    "outage": "게이트웨이가 없는 동안 브로커가 간직하는 초",
    "raw-days": "온 그대로 두는 날수. 그 뒤는 시간 단위",
    "devices-per-gateway": "게이트웨이 자신의 한계 대신 쓸 값(무엇이 달라지는지 볼 때). 0: 자신의 것",
}
