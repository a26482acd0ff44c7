import type { SyntaxNode, Tree } from '@lezer/common';
import { parser } from '@lezer/python';

import { childrenOf } from '../../../imports/index.js';
import type { JsonObject, JsonValue } from '../../../kernel/index.js';
import { positionAt } from '../../../documents/index.js';
import { isDottedFloat, pythonLiteral, pythonTuple } from './python-literal.js';
import type { Literal } from './python-literal.js';
import type { ParamsReading, Uncarried } from './reading.js';
import { withoutPunctuation } from './syntax.js';

/**
 * The parameters in a Python file, as DVC finds them without running it: literals that are given to names at the top level,
 * in classes, and to `self` in their `__init__`. A later value replaces an earlier one.
 *
 * @param file for places: workspace-relative.
 */
export function readPythonParams(text: string, file: string): ParamsReading {
  const module = new ParamsModule(text, file);
  const tree = parser.parse(text);
  const values = module.block(withoutPunctuation(tree.topNode), '');
  const broken = firstError(tree, text);
  if (broken !== undefined) module.tell('statement', '', broken);
  return { values, classes: module.classes, tuples: module.tuples, uncarried: module.uncarried };
}

function firstError(tree: Tree, text: string): SyntaxNode | undefined {
  let found: SyntaxNode | undefined;
  tree.iterate({
    enter: (node) => {
      if (isDottedFloat(text.slice(node.from, node.to))) return false;
      if (node.type.isError) found ??= node.node;
      return found === undefined;
    },
  });
  return found;
}

class ParamsModule {
  readonly classes: string[] = [];
  readonly tuples: string[] = [];
  readonly uncarried: Uncarried[] = [];
  readonly #text: string;
  readonly #file: string;

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
  }

  /** @param prefix `Train.` within a class. */
  block(statements: readonly SyntaxNode[], prefix: string): JsonObject {
    const values = new Map<string, JsonValue>();
    for (const statement of statements) this.#statement(statement, prefix, values);
    return Object.fromEntries(values);
  }

  tell(kind: Uncarried['kind'], name: string, node: SyntaxNode, what = this.#quote(node)): void {
    const { line, column } = positionAt(this.#text, node.from);
    this.uncarried.push({ kind, name, where: `${this.#file}:${String(line)}:${String(column)}`, what });
  }

  #statement(node: SyntaxNode, prefix: string, values: Map<string, JsonValue>): void {
    if (node.name === 'PassStatement' || isDocstring(node)) return;
    if (node.name === 'StatementGroup')
      for (const each of withoutPunctuation(node)) this.#statement(each, prefix, values);
    else if (node.name === 'AssignStatement') this.#assignment(node, prefix, values);
    else if (node.name === 'ClassDefinition') this.#class(node, prefix, values);
    else if (prefix !== '' && this.#isInit(node)) this.#init(node, prefix, values);
    else this.tell('statement', '', node);
  }

  #class(node: SyntaxNode, prefix: string, values: Map<string, JsonValue>): void {
    const [, name, ...rest] = childrenOf(node);
    const body = rest.at(-1);
    const bases = rest.filter((each) => each !== body).map((each) => this.#source(each));
    if (name === undefined || body?.name !== 'Body' || !/^(?:\(\s*(?:object)?\s*\))?$/.test(bases.join(''))) {
      this.tell('statement', '', node);
      return;
    }
    const path = prefix + this.#source(name);
    this.classes.push(path);
    values.set(this.#source(name), this.block(withoutPunctuation(body), `${path}.`));
  }

  #isInit(node: SyntaxNode): boolean {
    const [def, name, params] = childrenOf(node);
    return (
      node.name === 'FunctionDefinition' &&
      def?.name === 'def' &&
      name !== undefined &&
      this.#source(name) === '__init__' &&
      params !== undefined &&
      /^\(\s*self\s*,?\s*\)$/.test(this.#source(params))
    );
  }

  /** Names that are local to `__init__` are nobody's parameters. */
  #init(node: SyntaxNode, prefix: string, values: Map<string, JsonValue>): void {
    const body = childrenOf(node).at(-1);
    for (const each of body === undefined ? [] : withoutPunctuation(body)) {
      const target = each.name === 'AssignStatement' ? each.firstChild : null;
      const isOwn = target?.name === 'MemberExpression';
      this.#statement(each, prefix, isOwn ? values : new Map<string, JsonValue>());
    }
  }

  #assignment(node: SyntaxNode, prefix: string, values: Map<string, JsonValue>): void {
    const children = childrenOf(node);
    const at = children.findIndex((child) => child.name === 'AssignOp');
    const targets = (at === -1 ? children : children.slice(0, at)).filter(({ name }) => name !== 'TypeDef');
    const given = children.slice(at + 1);
    const [target] = targets;
    const name = target === undefined ? undefined : this.#nameOf(target);
    if (targets.length > 1 || name === undefined || given.some((child) => child.name === 'AssignOp')) {
      this.tell('statement', '', node);
      return;
    }
    if (at === -1) return; // `lr: float` gives no value.
    this.#take({ name, prefix, values }, this.#literal(given), given[0] ?? node);
  }

  #take({ name, prefix, values }: Target, literal: Literal, node: SyntaxNode): void {
    const path = prefix + name;
    values.delete(name);
    if (literal.kind === 'expression') this.tell('expression', path, node);
    else if (name === '__proto__') this.tell('value', path, node, 'a name that no map in JSON can hold');
    else if (literal.kind === 'value') this.tell('value', path, node, literal.what);
    else {
      if (literal.hasTuple) this.tuples.push(path);
      values.set(name, literal.value);
    }
  }

  #literal(given: readonly SyntaxNode[]): Literal {
    const [only] = given;
    if (only === undefined) return { kind: 'expression' };
    if (given.length === 1) return pythonLiteral(only, this.#text);
    return pythonTuple(
      given.filter(({ name }) => name !== ','),
      this.#text,
    );
  }

  /** `lr` of `lr = ...` and of `self.lr = ...`. */
  #nameOf(target: SyntaxNode): string | undefined {
    const text = this.#source(target);
    if (target.name === 'VariableName') return text;
    return /^self\s*\.\s*(\S+)$/.exec(text)?.[1];
  }

  #source({ from, to }: SyntaxNode): string {
    return this.#text.slice(from, to);
  }

  #quote(node: SyntaxNode): string {
    const [line = ''] = this.#source(node).split('\n', 1);
    return line.length > 60 ? `${line.slice(0, 57)}...` : line;
  }
}

interface Target {
  readonly name: string;
  readonly prefix: string;
  readonly values: Map<string, JsonValue>;
}

function isDocstring(node: SyntaxNode): boolean {
  const [only] = childrenOf(node);
  return node.name === 'ExpressionStatement' && /^(?:Continued)?String$/.test(only?.name ?? '');
}
