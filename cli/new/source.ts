import { dirname, join } from "node:path";
import type ts from "typescript";
import { LeaseholdError } from "../../constructs/core/errors";

type TypeScript = typeof ts;

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Names to import, by module as written from the file. */
export type Imports = Readonly<Record<string, readonly string[]>>;

/**
 * A TypeScript file that something is added to. Its syntax tree says where; the text around stays as it was written.
 *
 * @see https://github.com/microsoft/TypeScript/wiki/Using-the-Compiler-API
 */
export class Source {
  private readonly tree: ts.SourceFile;

  private constructor(
    private readonly typescript: TypeScript,
    /** Its path as messages show it. */
    readonly file: string,
    readonly text: string,
  ) {
    this.tree = typescript.createSourceFile(file, text, typescript.ScriptTarget.Latest, true);
  }

  /** TypeScript takes a third of a second to load, so only who adds something does. */
  static async of(file: string, text: string): Promise<Source> {
    return new Source((await import("typescript")).default, file, text);
  }

  /** Whether a name can be given to something new at the top of the file. */
  isFree(name: string): boolean {
    const { typescript, tree } = this;
    const scanner = typescript.createScanner(typescript.ScriptTarget.Latest, true, undefined, name);
    return scanner.scan() === typescript.SyntaxKind.Identifier && !topLevelNames(typescript, tree).has(name);
  }

  /** The literal that a `const` holds, found by what it is called or by the `name` it holds. */
  literal(wanted: { readonly variable: string } | { readonly named: string }): ts.Expression | undefined {
    const { typescript } = this;
    const variables = this.tree.statements
      .filter((each) => typescript.isVariableStatement(each))
      .flatMap(({ declarationList }) => [...declarationList.declarations]);
    return variables.flatMap(({ name, initializer }) => {
      if (initializer === undefined || !typescript.isIdentifier(name)) return [];
      const value = bare(typescript, initializer);
      const fits = "variable" in wanted ? name.text === wanted.variable : this.stringOf(value, "name") === wanted.named;
      return fits ? [value] : [];
    })[0];
  }

  /** The string that a property of an object literal holds; undefined where that can't be read off. */
  stringOf(object: ts.Node, property: string): string | undefined {
    const found = this.property(object, property);
    if (found === undefined || !this.typescript.isPropertyAssignment(found)) return undefined;
    const value = bare(this.typescript, found.initializer);
    return this.typescript.isStringLiteralLike(value) ? value.text : undefined;
  }

  /** The object literals that stand in an array of an object. */
  elements(object: ts.Node, property: string): ts.Expression[] {
    const found = this.property(object, property);
    if (found === undefined || !this.typescript.isPropertyAssignment(found)) return [];
    const value = bare(this.typescript, found.initializer);
    if (!this.typescript.isArrayLiteralExpression(value)) return [];
    return value.elements.map((each) => bare(this.typescript, each)).filter(this.typescript.isObjectLiteralExpression);
  }

  /**
   * The file's text with one more element in an array, and what that needs imported.
   *
   * @throws LeaseholdError with the text to paste where the file has a shape that can't be added to without a person's judgement.
   */
  with(array: { readonly in: ts.Node; readonly property?: string }, element: string, imports: Imports): string {
    const added =
      array.property === undefined
        ? this.append(array.in, element)
        : this.appendToProperty(array.in, array.property, element);
    if (added === undefined) {
      const place = array.property ?? "the list";
      throw new LeaseholdError(
        this.file,
        `${place} is neither an array literal nor a name, so nothing is added to it by itself`,
        `paste this where it belongs:\n${element}`,
      );
    }
    const edits = [...added, ...this.importing(imports, element)];
    return edits
      .sort((a, b) => b.start - a.start)
      .reduce((text, { start, end, text: inserted }) => text.slice(0, start) + inserted + text.slice(end), this.text);
  }

  private property(object: ts.Node, name: string): ts.ObjectLiteralElementLike | undefined {
    if (!this.typescript.isObjectLiteralExpression(object)) return undefined;
    // Of two the last counts.
    return object.properties.findLast((each) => each.name !== undefined && textOf(this.typescript, each.name) === name);
  }

  private appendToProperty(object: ts.Node, name: string, element: string): Edit[] | undefined {
    const { typescript } = this;
    if (!typescript.isObjectLiteralExpression(object)) return undefined;
    const property = this.property(object, name);
    if (property === undefined) {
      // A spread may bring the property: one more would replace it.
      if (object.properties.some(typescript.isSpreadAssignment)) return undefined;
      return this.insertLast(object.properties, object, `${name}: [${element}]`);
    }
    if (typescript.isShorthandPropertyAssignment(property)) {
      return [{ start: property.getEnd(), end: property.getEnd(), text: `: [...${name}, ${element}]` }];
    }
    return typescript.isPropertyAssignment(property) ? this.append(property.initializer, element) : undefined;
  }

  private append(array: ts.Node, element: string): Edit[] | undefined {
    const { typescript } = this;
    if (typescript.isIdentifier(array)) {
      return [{ start: array.getStart(), end: array.getEnd(), text: `[...${array.text}, ${element}]` }];
    }
    const literal = bare(typescript, array as ts.Expression);
    return typescript.isArrayLiteralExpression(literal)
      ? this.insertLast(literal.elements, literal, element)
      : undefined;
  }

  /** Before the closing bracket, so that comments behind the last element stay with it. */
  private insertLast(list: ts.NodeArray<ts.Node>, around: ts.Node, text: string): Edit[] {
    const last = list.at(-1);
    const end = around.getEnd() - 1;
    const comma = last === undefined || list.hasTrailingComma ? [] : [insertion(last.getEnd(), ",")];
    // Edits at one place are applied from the last to the first: a comma there comes before the element.
    return last?.getEnd() === end && comma.length > 0
      ? [insertion(end, `,\n${text}`)]
      : [...comma, insertion(end, text)];
  }

  private importing(imports: Imports, element: string): Edit[] {
    const { typescript, tree } = this;
    const declarations = tree.statements.filter((each) => typescript.isImportDeclaration(each));
    const taken = topLevelNames(typescript, tree);
    return Object.entries(imports).flatMap(([module, names]) => {
      const missing = names.filter((name) => {
        const known = taken.get(name);
        if (known === undefined) return true;
        if (known === "imported") return false;
        throw new LeaseholdError(
          this.file,
          `${name} is something else there than the value of ${module}`,
          `import that under another name, and paste this where it belongs:\n${element}`,
        );
      });
      if (missing.length === 0) return [];
      const same = declarations.find(
        (each) => this.isFrom(each, module) && namedValues(typescript, each) !== undefined,
      );
      const specifiers = same === undefined ? undefined : namedValues(typescript, same)?.elements;
      const last = specifiers?.at(-1);
      if (last !== undefined) return [insertion(last.getEnd(), `, ${missing.join(", ")}`)];
      const text = `import { ${missing.join(", ")} } from "${module}";\n`;
      const first = declarations[0];
      return [insertion(first === undefined ? 0 : first.getStart(), text)];
    });
  }

  private isFrom({ moduleSpecifier }: ts.ImportDeclaration, module: string): boolean {
    if (!this.typescript.isStringLiteral(moduleSpecifier)) return false;
    const place = (path: string) => join(dirname(this.file), path.replace(/\.[jt]s$/, ""));
    return place(moduleSpecifier.text) === place(module);
  }
}

function insertion(at: number, text: string): Edit {
  return { start: at, end: at, text };
}

/** An expression without what only types it. */
function bare(typescript: TypeScript, expression: ts.Expression): ts.Expression {
  const wrapped =
    typescript.isSatisfiesExpression(expression) ||
    typescript.isAsExpression(expression) ||
    typescript.isParenthesizedExpression(expression);
  return wrapped ? bare(typescript, expression.expression) : expression;
}

function textOf(typescript: TypeScript, name: ts.PropertyName): string | undefined {
  return typescript.isIdentifier(name) || typescript.isStringLiteralLike(name) ? name.text : undefined;
}

/** The braces of an import of values. */
function namedValues(typescript: TypeScript, { importClause }: ts.ImportDeclaration): ts.NamedImports | undefined {
  const bindings = importClause?.phaseModifier === undefined ? importClause?.namedBindings : undefined;
  return bindings !== undefined && typescript.isNamedImports(bindings) ? bindings : undefined;
}

/** What the top of a file gives a meaning: `imported` where that is a value by its own name. */
function topLevelNames(typescript: TypeScript, tree: ts.SourceFile): Map<string, "imported" | "other"> {
  const names = new Map<string, "imported" | "other">();
  for (const statement of tree.statements) {
    if (typescript.isImportDeclaration(statement)) {
      const { importClause } = statement;
      if (importClause?.name !== undefined) names.set(importClause.name.text, "other");
      const bindings = importClause?.namedBindings;
      if (bindings !== undefined && typescript.isNamespaceImport(bindings)) names.set(bindings.name.text, "other");
      if (bindings === undefined || !typescript.isNamedImports(bindings)) continue;
      for (const { name, propertyName, isTypeOnly } of bindings.elements) {
        const value = !isTypeOnly && importClause?.phaseModifier === undefined && propertyName === undefined;
        names.set(name.text, value ? "imported" : "other");
      }
    } else if (typescript.isVariableStatement(statement)) {
      for (const { name } of statement.declarationList.declarations) {
        if (typescript.isIdentifier(name)) names.set(name.text, "other");
      }
    } else if (typescript.isFunctionDeclaration(statement) || typescript.isClassDeclaration(statement)) {
      if (statement.name !== undefined) names.set(statement.name.text, "other");
    }
  }
  return names;
}
