"""Publishing, by paho-mqtt."""

import threading

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion


class Publisher:
    """A connected client. publish() waits until the broker has acknowledged (QoS 1, 2)."""

    def __init__(self, broker, protocol=paho.MQTTv5, client_id="", username=None, password=None,
                 authority=None, certificate=None):
        self.client = paho.Client(CallbackAPIVersion.VERSION2, client_id=client_id,
                                  protocol=protocol)
        if username:
            self.client.username_pw_set(username, password)
        if authority:
            chain, key = certificate or (None, None)
            self.client.tls_set(ca_certs=str(authority.certificate),
                                certfile=str(chain) if chain else None,
                                keyfile=str(key) if key else None)
        self.client.max_inflight_messages_set(1000)
        connected = threading.Event()
        self.client.on_connect = lambda *_: connected.set()
        self.client.connect(getattr(broker, "host", "127.0.0.1"), broker.port, keepalive=30)
        self.client.loop_start()
        assert connected.wait(10), "the publisher was not let in"

    def publish(self, topic, payload, qos=1, retain=False, wait=True):
        sent = self.client.publish(topic, payload, qos=qos, retain=retain)
        if wait:
            sent.wait_for_publish(10)
            assert sent.is_published(), f"the broker did not acknowledge {topic}"
        return sent

    def publish_all(self, messages, qos=1):
        """[(topic, payload)]: all of them, then waits for the last acknowledgement."""
        sent = [self.client.publish(topic, payload, qos=qos) for topic, payload in messages]
        for one in sent:
            one.wait_for_publish(30)
        assert all(one.is_published() for one in sent)

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
