// Has a server that a script starts listen on this machine alone, on a port that is free, and say which. It ends with
// whoever started it.
import { Server } from 'node:net';

const { listen } = Server.prototype;
Server.prototype.listen = function (where, ...more) {
  this.once('listening', () => process.send({ port: this.address().port }));
  return listen.call(this, { ...where, host: '127.0.0.1', port: 0 }, ...more);
};
process.on('disconnect', () => process.exit());
