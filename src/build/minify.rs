//! Step 6: minifies scripts.

use oxc::allocator::Allocator;
use oxc::codegen::{Codegen, CodegenOptions};
use oxc::minifier::{CompressOptions, MangleOptions, Minifier, MinifierOptions};
use oxc::parser::Parser;
use oxc::span::SourceType;

use super::Error;

/// Minifies an ES module, including its top-level names. `file` is its name in errors.
pub(super) fn minify(file: &'static str, script: &str) -> Result<String, Error> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, script, SourceType::mjs()).parse();
    if let Some(error) = parsed.diagnostics.first() {
        return Err(Error::Syntax { file, detail: error.to_string() });
    }
    let mut program = parsed.program;
    let options = MinifierOptions {
        mangle: Some(MangleOptions { top_level: Some(true), ..MangleOptions::default() }),
        mangle_properties: None,
        compress: Some(CompressOptions::smallest()),
    };
    let minified = Minifier::new(options).minify(&allocator, &mut program);
    let codegen = Codegen::new().with_options(CodegenOptions::minify()).with_scoping(minified.scoping);
    Ok(codegen.build(&program).code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_comments_go_and_exports_stay() {
        let script =
            "// why\nfunction aLongName(anArgument) { return anArgument * 2; }\nexport { aLongName };";
        let short = minify("a script", script).unwrap();
        assert!(short.contains(" as aLongName}"), "{short}");
        assert!(!short.contains("anArgument") && !short.contains("why"), "{short}");
    }

    #[test]
    fn what_is_not_javascript_is_named() {
        let error = minify("www/embed.js", "let let = ;").unwrap_err().to_string();
        assert!(error.starts_with("www/embed.js is not valid JavaScript: "), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }
}
