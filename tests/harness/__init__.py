"""Real parts for the tests: the gateway, Mosquitto, Home Assistant, certificates, a wire tap."""
