// aedes, an MQTT broker of another family than Mosquitto: node aedes.js PORT
// On 127.0.0.1; the user "refused" may not connect, topics below "denied/" may not be subscribed.
'use strict';
const net = require('net');
const aedes = require('aedes')();

aedes.authenticate = (client, username, password, done) => {
  if (username === 'refused') {
    const error = new Error('no');
    error.returnCode = 4;
    return done(error, false);
  }
  done(null, true);
};
aedes.authorizeSubscribe = (client, subscription, done) =>
  done(null, subscription.topic.startsWith('denied/') ? null : subscription);

const server = net.createServer(aedes.handle);
server.listen(Number(process.argv[2]), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
