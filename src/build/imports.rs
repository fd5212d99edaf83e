//! Rewrites the functions that the main module imports from its glue as a list of arrow functions, which is smaller. wasm-bindgen
//! writes each as a property of an object, with a long name that the wasm repeats, and with the same words around its body.

use std::collections::HashMap;

use oxc::allocator::Allocator;
use oxc::ast::ast::{Argument, Expression, Function, FunctionBody, ObjectPropertyKind, Statement};
use oxc::parser::Parser;
use oxc::span::{GetSpan, SourceType, Span};

use super::Error;
use super::module::refused;

/// The name under which modules import from each other.
pub(super) const FROM: &str = "a";

/// The glue's name in the imports of the main module, as wasm-bindgen writes them.
pub(super) const GLUE: &str = "./folkmoot_bg.js";

/// Replacements in the glue's function that passes exceptions to wasm. wasm-bindgen's version calls a function with given
/// arguments; the new one returns a function that takes the arguments.
const CATCH: [[&str; 2]; 2] = [
    ["function handleError(f, args) {", "const handleError = (f) => (...args) => {"],
    ["f.apply(this, args)", "f(...args)"],
];

/// The glue with the functions in a list, and a map from the old name of each function to its new name, which is its place in
/// the list.
pub(super) fn listed(script: &str) -> Result<(String, HashMap<String, String>), Error> {
    let mut functions = Vec::new();
    let object = functions_in(script, &mut functions)
        .ok_or_else(|| refused(&"its glue has no object with functions to import"))?;
    // Side by side where they are similar, since that compresses better.
    functions.sort_by(|one, other| one.1.cmp(&other.1));
    let list: String = functions.iter().flat_map(|(_, function)| [function, ",\n"]).collect();
    let (before, after) = (&script[..object.start as usize], &script[object.end as usize..]);
    let mut listed =
        [before, "Object.fromEntries([\n", &list, "].map((f, at) => [at.toString(36), f]))", after].concat();
    let glue = ["\"", GLUE, "\""].concat();
    for [was, is] in CATCH.into_iter().chain([[&*glue, FROM]]) {
        if !listed.contains(was) {
            return Err(refused(&format_args!("its glue has no `{was}`")));
        }
        listed = listed.replace(was, is);
    }
    let names = functions.into_iter().enumerate().map(|(at, (name, _))| (name, place(at)));
    Ok((listed, names.collect()))
}

/// Reads the names and the functions of the first object in wasm-bindgen's function that returns all imports. Returns its place.
fn functions_in(script: &str, functions: &mut Vec<(String, String)>) -> Option<Span> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, script, SourceType::mjs()).parse();
    let returns_imports = |statement: &&Statement<'_>| {
        matches!(statement, Statement::FunctionDeclaration(function)
            if function.id.as_ref().is_some_and(|id| id.name == "__wbg_get_imports"))
    };
    let Statement::FunctionDeclaration(function) = parsed.program.body.iter().find(returns_imports)? else {
        return None;
    };
    let Statement::VariableDeclaration(first) = function.body.as_ref()?.statements.first()? else {
        return None;
    };
    let Some(Expression::ObjectExpression(object)) = &first.declarations.first()?.init else { return None };
    for property in &object.properties {
        let ObjectPropertyKind::ObjectProperty(property) = property else { return None };
        let name = property.key.static_name()?;
        // The first one is `__proto__: null`.
        if name != "__proto__" {
            functions.push((name.into_owned(), arrow(script, &property.value)));
        }
    }
    Some(object.span)
}

/// A function as an arrow function; another expression stays as it is.
fn arrow(script: &str, expression: &Expression<'_>) -> String {
    let text = |span: Span| &script[span.start as usize..span.end as usize];
    let short = |function: &Function<'_>, body: &FunctionBody<'_>| {
        [text(function.params.span), " => ", text(body.span)].concat()
    };
    let Expression::FunctionExpression(function) = expression else {
        return text(expression.span()).to_owned();
    };
    let Some(body) = &function.body else { return text(function.span).to_owned() };
    // `return handleError(function …, arguments)`
    if let [Statement::ReturnStatement(returned)] = body.statements.as_slice()
        && let Some(Expression::CallExpression(call)) = &returned.argument
        && let [Argument::FunctionExpression(caught), Argument::Identifier(arguments)] =
            call.arguments.as_slice()
        && let (Some(body), true) = (&caught.body, arguments.name == "arguments")
    {
        return [text(call.callee.span()), "(", &short(caught, body), ")"].concat();
    }
    short(function, body)
}

/// A place as JavaScript writes it in base 36.
fn place(mut at: usize) -> String {
    let mut digits = Vec::new();
    loop {
        digits.push(b"0123456789abcdefghijklmnopqrstuvwxyz"[at % 36]);
        at /= 36;
        if at == 0 {
            return digits.into_iter().rev().map(char::from).collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_listed_by_their_places() {
        let script = "function __wbg_get_imports() {\nconst import0 = {\n__proto__: null,\n\
             __wbg_b: function(arg0) { return handleError(function (arg0) {\narg0.focus();\n}, arguments); },\n\
             __wbg_a: function(arg0, arg1) {\nconst ret = arg0 === arg1;\nreturn ret;\n},\n__wbg_c: read,\n};\n\
             return {\n__proto__: null,\n\"./folkmoot_bg.js\": import0,\n};\n}\n\
             function handleError(f, args) {\ntry {\nreturn f.apply(this, args);\n} catch (e) {}\n}\n";
        let (listed, names) = listed(script).unwrap();
        assert_eq!(
            listed,
            "function __wbg_get_imports() {\nconst import0 = Object.fromEntries([\n\
                 (arg0, arg1) => {\nconst ret = arg0 === arg1;\nreturn ret;\n},\n\
                 handleError((arg0) => {\narg0.focus();\n}),\nread,\n\
                 ].map((f, at) => [at.toString(36), f]));\nreturn {\n__proto__: null,\na: import0,\n};\n}\n\
             const handleError = (f) => (...args) => {\ntry {\nreturn f(...args);\n} catch (e) {}\n}\n"
        );
        let place_of = |name: &str| names[name].as_str();
        assert_eq!([place_of("__wbg_a"), place_of("__wbg_b"), place_of("__wbg_c")], ["0", "1", "2"]);
        assert!(super::listed("use();").is_err());
    }

    #[test]
    fn places_are_written_as_in_javascript() {
        assert_eq!(
            [0, 9, 10, 35, 36, 37, 1295, 1296].map(place),
            ["0", "9", "a", "z", "10", "11", "zz", "100"]
        );
    }
}
