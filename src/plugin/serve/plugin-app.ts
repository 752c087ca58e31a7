import { FairleadError } from '../../base/error.js';
import { type Log, silent } from '../../base/log.js';
import { readBody as readRequest } from '../../base/read-body.js';
import { ANSWERED, readBody, writeBody } from '../wire/body.js';
import { type Method, methods, refusal } from '../wire/methods.js';
import type { IpamDriver, NetworkDriver, Plugin } from './handlers.js';
import { onlyChosen } from './only-chosen.js';

type Kind = keyof typeof methods;
type Handler = (ask: unknown) => unknown;

/**
 * Answers the calls of an engine by these drivers, as a function of HTTP requests. What a call does not take is refused with 400, what
 * the plugin has not with 404; what a driver throws is an answer that says so, with 200, for engines read a reason nowhere else.
 */
export function pluginApp(plugin: Plugin, log: Log = silent): (request: Request) => Promise<Response> {
  const handlers = handlersOf(plugin);
  return async (request) => {
    const [, kind = '', name = ''] = /^\/(\w+)\.(\w+)$/.exec(pathOf(request)) ?? [];
    const call = request.method === 'POST' ? callOf(kind, name) : undefined;
    const handler = handlers.get(`${kind}.${name}`);
    if (!call || !handler) return answer(404, `${JSON.stringify({ Err: `there is no ${request.method} ${pathOf(request)}` })}\n`);
    try {
      const ask = readBody(call.ask, await readRequest(request));
      return answer(200, await answered(call, handler, ask, log, `${kind}.${name}`));
    } catch (error) {
      if (!FairleadError.is(error)) throw error;
      return answer(error.status, `${JSON.stringify(refusal(kind as Kind, error.message))}\n`);
    }
  };
}

async function answered(call: Method<unknown, unknown>, handler: Handler, ask: unknown, log: Log, path: string): Promise<string> {
  try {
    return writeBody(call.answer, await handler(ask));
  } catch (error) {
    if (isExpected(error)) log.info('a call of the engine is refused', { call: path, error: error.message });
    else log.error('a call of the engine failed', { call: path, error });
    return `${JSON.stringify(refusal(path.split('.')[0] as Kind, reasonOf(error)))}\n`;
  }
}

const isExpected = (error: unknown): error is FairleadError => FairleadError.is(error) && error.code !== 'internal';

function reasonOf(error: unknown): string {
  if (isExpected(error)) return `${error.message}; ${error.mend}`;
  return error instanceof Error ? error.message : String(error);
}

const callOf = (kind: string, name: string): Method<unknown, unknown> | undefined =>
  Object.hasOwn(methods, kind) && Object.hasOwn(methods[kind as Kind], name)
    ? (methods[kind as Kind] as unknown as Readonly<Record<string, Method<unknown, unknown>>>)[name]
    : undefined;

function handlersOf({ activated, network, ipam }: Plugin): ReadonlyMap<string, Handler> {
  const kinds = [...(network ? ['NetworkDriver'] : []), ...(ipam ? ['IpamDriver'] : [])];
  const activate = async () => {
    await activated?.();
    return kinds;
  };
  return new Map<string, Handler>([['Plugin.Activate', activate], ...(network ? ofNetwork(network) : []), ...(ipam ? ofIpam(ipam) : [])]);
}

function ofNetwork(driver: NetworkDriver): [string, Handler][] {
  const capabilities = { scope: 'local', asksForGateways: false, ...driver.capabilities };
  const names = Object.keys(methods.NetworkDriver).filter((name) => name !== 'GetCapabilities' && name !== 'CreateEndpoint');
  return [
    ['NetworkDriver.GetCapabilities', () => capabilities],
    ['NetworkDriver.CreateEndpoint', (ask) => onlyChosen(driver, ask as Parameters<NetworkDriver['createEndpoint']>[0])],
    // Docker starts no container without an answer to this one.
    ['NetworkDriver.EndpointOperInfo', () => ({ value: {} })],
    ...each('NetworkDriver', names, driver as unknown as Handlers),
  ];
}

function ofIpam(driver: IpamDriver): [string, Handler][] {
  const capabilities = { needsMac: false, needsReplay: false, ...driver.capabilities };
  const names = ['RequestPool', 'ReleasePool', 'RequestAddress', 'ReleaseAddress'];
  return [
    ['IpamDriver.GetCapabilities', () => capabilities],
    ['IpamDriver.GetDefaultAddressSpaces', () => driver.spaces],
    ...each('IpamDriver', names, driver as unknown as Handlers),
  ];
}

type Handlers = Readonly<Record<string, Handler | undefined>>;

// A handler is a method of its driver, named as the call but for its first letter.
const each = (kind: Kind, names: readonly string[], driver: Handlers): [string, Handler][] =>
  names.flatMap((name): [string, Handler][] => {
    const own = `${name[0]?.toLowerCase() ?? ''}${name.slice(1)}`;
    return driver[own] ? [[`${kind}.${name}`, (ask) => driver[own]?.(ask)]] : [];
  });

const pathOf = (request: Request): string => new URL(request.url).pathname;

const answer = (status: number, body: string): Response => new Response(body, { status, headers: { 'content-type': ANSWERED } });
