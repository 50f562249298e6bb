// Reads Bicep files into plain objects. An expression becomes its text after "=", as in a spreadsheet.
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Language, Parser } from 'web-tree-sitter';

export const folder = new URL('../../../bicep/', import.meta.url);

await Parser.init();
const grammar = await Language.load(createRequire(import.meta.url).resolve('tree-sitter-bicep/tree-sitter-bicep.wasm'));

const quoted = node => node.namedChildren.map(child => child.text).join('');
const declarations = { parameter: 'params', output: 'outputs', variable: 'vars', resource: 'resources', module: 'modules', type: 'types' };

function value(node) {
  const isConstant = node.type === 'string' && node.namedChildren.every(child => child.type !== 'interpolation');
  if (isConstant)
    return quoted(node).replaceAll("\\'", "'");
  if (node.type === 'object')
    return Object.fromEntries(node.namedChildren.filter(child => child.type === 'object_property').map(property));
  if (node.type === 'array')
    return node.namedChildren.filter(child => child.type !== 'comment').map(value);
  return ['number', 'boolean', 'null'].includes(node.type) ? JSON.parse(node.text) : `=${node.text}`;
}

function property(node) {
  const [key, of] = node.namedChildren.filter(child => !['decorators', 'comment'].includes(child.type));
  return [key.type === 'string' ? quoted(key) : key.text, value(of)];
}

/** Decorators by name, with their arguments. */
function decorations(node) {
  const calls = (node?.namedChildren ?? []).map(decorator => decorator.namedChild(0));
  const field = (call, name) => call.childForFieldName(name);
  return Object.fromEntries(calls.map(call => [field(call, 'function').text, field(call, 'arguments').namedChildren.map(value)]));
}

/** What a resource or module says, and whether it is there on a condition or for each of several. */
function body(node) {
  const [last] = node.namedChildren.slice(-1);
  if (last.type === 'if_statement')
    return { condition: last.namedChild(0).text.slice(1, -1), body: value(last.namedChild(1)) };
  if (last.type === 'for_statement')
    return { each: last.namedChild(last.namedChildCount - 2).text, body: value(last.childForFieldName('body')) };
  return { body: value(last) };
}

function declaration(node, decorators) {
  const named = node.namedChildren.filter(child => child.type !== 'comment');
  const common = { name: named[0].text, decorators, text: node.text };
  if (node.type === 'resource_declaration') {
    const [type, api] = quoted(named[1]).split('@');
    return { ...common, type, api, existing: /^resource \w+ '[^']+' existing /.test(node.text), ...body(node) };
  }
  if (node.type === 'module_declaration')
    return { ...common, path: quoted(named[1]), ...body(node) };
  if (node.type === 'type_declaration')
    return { ...common, properties: members(named.at(-1)) };
  const hasValue = node.type !== 'parameter_declaration' || named.length > 2;
  return { ...common, type: named[1].text, ...(hasValue ? { value: value(named.at(-1)) } : {}) };
}

/** The properties of an object type, each with the decorators above it. */
function members(object) {
  let above = {};
  return object.namedChildren.flatMap(child => {
    if (child.type === 'decorators')
      above = decorations(child);
    if (child.type !== 'object_property')
      return [];
    const found = { name: child.namedChild(0).text, type: child.namedChild(1).text, decorators: above };
    above = {};
    return [found];
  });
}

export function read(text, name = '') {
  const parser = new Parser();
  parser.setLanguage(grammar);
  const root = parser.parse(text).rootNode;
  const empty = { params: [], outputs: [], vars: [], resources: [], modules: [], types: [] };
  const file = { name, text, ...empty };
  let above = {};
  for (const node of root.namedChildren) {
    const kind = declarations[node.type.split('_')[0]];
    if (node.type === 'decorators')
      above = decorations(node);
    else if (node.type !== 'comment') {
      if (kind)
        file[kind].push(declaration(node, above));
      above = {};
    }
  }
  return file;
}

export const texts = () => Object.fromEntries(readdirSync(folder).map(name => [name, readFileSync(new URL(name, folder), 'utf8')]));
