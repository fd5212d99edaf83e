//! Step 5: rewrites a module in a form that compresses better.
//!
//! Equal functions become one, and similar functions stand side by side; the locals that a function uses most get its lowest
//! indices; and alignment hints of loads and stores, which browsers ignore, are removed.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::convert::Infallible;

use wasm_encoder::reencode::{Error as Unread, Reencode};
use wasm_encoder::{CodeSection, Function, FunctionSection, Instruction, MemArg, Module};
use wasmparser::{
    CodeSectionReader, FunctionBody, FunctionSectionReader, Operator, Parser, Payload, TypeRef,
};

use super::Error;
use super::module::refused;

type Read<T> = Result<T, Unread<Infallible>>;

pub(super) fn arrange(wasm: &[u8]) -> Result<Vec<u8>, Error> {
    arranged(wasm).map_err(|error| refused(&format_args!("it cannot be arranged: {error}")))
}

fn arranged(wasm: &[u8]) -> Read<Vec<u8>> {
    // Locals get their new indices and hints are removed first, since functions may be equal but for these.
    let functions = Functions::read(wasm)?;
    let all: Vec<_> = (0..functions.bodies.len()).collect();
    let mut wasm = functions.write(wasm, &all, &all)?;
    // Repeated, since the callers of functions that became one may be equal now.
    loop {
        let functions = Functions::read(&wasm)?;
        let first = functions.first_of_each();
        let kept: Vec<_> = (0..first.len()).filter(|&function| first[function] == function).collect();
        if kept.len() == first.len() {
            return functions.write(&wasm, &by_likeness(&functions.pairs()?), &kept);
        }
        wasm = functions.write(&wasm, &kept, &first)?;
    }
}

/// The functions that a module defines, in their order.
struct Functions<'a> {
    /// The number of imported functions, whose indices come first.
    imported: usize,
    types: Vec<u32>,
    bodies: Vec<FunctionBody<'a>>,
    /// The number of parameters of each type.
    parameters: Vec<u32>,
}

impl<'a> Functions<'a> {
    fn read(wasm: &'a [u8]) -> Read<Self> {
        let mut functions =
            Self { imported: 0, types: Vec::new(), bodies: Vec::new(), parameters: Vec::new() };
        for payload in Parser::new(0).parse_all(wasm) {
            #[expect(clippy::wildcard_enum_match_arm)] // the other kinds of payload do not matter here
            match payload? {
                Payload::TypeSection(types) => {
                    for signature in types.into_iter_err_on_gc_types() {
                        functions.parameters.push(number(signature?.params().len()));
                    }
                }
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        functions.imported += usize::from(matches!(import?.ty, TypeRef::Func(_)));
                    }
                }
                Payload::FunctionSection(types) => {
                    functions.types = types.into_iter().collect::<Result<_, _>>()?;
                }
                Payload::CodeSectionEntry(body) => functions.bodies.push(body),
                _ => {}
            }
        }
        Ok(functions)
    }

    /// For each function the first one that equals it.
    fn first_of_each(&self) -> Vec<usize> {
        let mut first = HashMap::new();
        let functions = self.types.iter().zip(&self.bodies).enumerate();
        functions.map(|(at, (of, body))| *first.entry((of, body.as_bytes())).or_insert(at)).collect()
    }

    /// For each function the pairs of successive instructions, and how often each pair occurs. All `call` instructions count
    /// as the same one, whatever function they call.
    fn pairs(&self) -> Read<Vec<HashMap<(usize, usize), u32>>> {
        let mut numbers = HashMap::new();
        let mut all = Vec::new();
        for body in &self.bodies {
            let mut pairs = HashMap::new();
            let mut before = None;
            let mut instructions = body.get_operators_reader()?;
            while !instructions.eof() {
                let start = instructions.original_position();
                let called = matches!(instructions.read()?, Operator::Call { .. });
                let range = start - body.range().start..instructions.original_position() - body.range().start;
                let written = if called { &[][..] } else { &body.as_bytes()[range] };
                let next = numbers.len();
                let number = *numbers.entry(written).or_insert(next);
                if let Some(before) = before.replace(number) {
                    *pairs.entry((before, number)).or_default() += 1;
                }
            }
            all.push(pairs);
        }
        Ok(all)
    }

    /// The module with the `kept` functions in that order, where calls of a removed function go to the first that equals it.
    fn write(&self, wasm: &[u8], kept: &[usize], first: &[usize]) -> Read<Vec<u8>> {
        let mut places = vec![0; self.bodies.len()];
        for (place, &function) in kept.iter().enumerate() {
            places[function] = self.imported + place;
        }
        let local = first.iter().map(|&function| places[function]);
        let numbers = (0..self.imported).chain(local).map(number).collect();
        let mut module = Module::new();
        Arranged { functions: self, kept, numbers }.parse_core_module(&mut module, Parser::new(0), wasm)?;
        Ok(module.finish())
    }
}

/// Writes a module with other function indices.
struct Arranged<'a> {
    functions: &'a Functions<'a>,
    kept: &'a [usize],
    /// The new index of each function, imported ones included.
    numbers: Vec<u32>,
}

impl Reencode for Arranged<'_> {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Read<u32> {
        Ok(self.numbers[function as usize])
    }

    fn mem_arg(&mut self, arg: wasmparser::MemArg) -> Read<MemArg> {
        Ok(MemArg { align: 0, offset: arg.offset, memory_index: arg.memory })
    }

    fn parse_function_section(
        &mut self,
        section: &mut FunctionSection,
        _: FunctionSectionReader<'_>,
    ) -> Read<()> {
        for &function in self.kept {
            section.function(self.functions.types[function]);
        }
        Ok(())
    }

    fn parse_code_section(&mut self, section: &mut CodeSection, _: CodeSectionReader<'_>) -> Read<()> {
        let Functions { types, bodies, parameters, .. } = self.functions;
        for &function in self.kept {
            let parameters = parameters[types[function] as usize];
            section.function(&self.body(&bodies[function], parameters)?);
        }
        Ok(())
    }
}

impl Arranged<'_> {
    fn body(&mut self, body: &FunctionBody<'_>, parameters: u32) -> Read<Function> {
        let mut named: HashMap<u32, u32> = HashMap::new();
        let mut instructions = Vec::new();
        let mut reader = body.get_operators_reader()?;
        while !reader.eof() {
            let mut instruction = self.parse_instruction(&mut reader)?;
            if let Some(local) = local(&mut instruction) {
                *named.entry(*local).or_default() += 1;
            }
            instructions.push(instruction);
        }
        // Locals are sorted within a group of one type only, since such a group is declared together.
        let mut locals = Vec::new();
        let mut order: Vec<u32> = (0..parameters).collect();
        for group in body.get_locals_reader()? {
            let (many, of) = group?;
            locals.push((many, self.val_type(of)?));
            let start = number(order.len());
            order.extend(start..start + many);
            order[start as usize..].sort_by_key(|local| Reverse(named.get(local).copied()));
        }
        let mut numbers = vec![0; order.len()];
        for (place, &local) in order.iter().enumerate() {
            numbers[local as usize] = number(place);
        }
        let mut function = Function::new(locals);
        for mut instruction in instructions {
            if let Some(local) = local(&mut instruction) {
                *local = numbers[*local as usize];
            }
            function.instruction(&instruction);
        }
        Ok(function)
    }
}

/// The local that an instruction uses.
fn local<'a>(instruction: &'a mut Instruction<'_>) -> Option<&'a mut u32> {
    if let Instruction::LocalGet(local) | Instruction::LocalSet(local) | Instruction::LocalTee(local) =
        instruction
    {
        Some(local)
    } else {
        None
    }
}

/// An order of functions in which each is followed by the most similar of the remaining functions. The most similar one has the
/// largest share of its pairs in the function before it, since a compressor refers to earlier bytes.
fn by_likeness(pairs: &[HashMap<(usize, usize), u32>]) -> Vec<usize> {
    let mut having: HashMap<_, Vec<_>> = HashMap::new();
    for (function, pairs) in pairs.iter().enumerate() {
        for (pair, many) in pairs {
            having.entry(pair).or_default().push((function, *many));
        }
    }
    let sizes: Vec<u32> = pairs.iter().map(|pairs| pairs.values().sum()).collect();
    let mut left: Vec<usize> = (0..pairs.len()).collect();
    let mut order = Vec::new();
    let mut next = 0;
    while !left.is_empty() {
        let function = left.remove(next);
        order.push(function);
        let mut common = vec![0; pairs.len()];
        for (pair, many) in &pairs[function] {
            for &(other, others) in having.get(pair).into_iter().flatten() {
                common[other] += others.min(*many);
            }
        }
        let likeness = |other: usize| f64::from(common[other]) / f64::from(sizes[other].max(1));
        // The first of those that are equally similar.
        let likest =
            left.iter().enumerate().rev().max_by(|(_, a), (_, b)| likeness(**a).total_cmp(&likeness(**b)));
        next = likest.map_or(0, |(at, _)| at);
    }
    order
}

/// An index in a module, which has 32 bits.
fn number(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use Instruction::{Call, End, I32Add, I32Const, I32Load, I32Mul, LocalGet, LocalSet};
    use wasm_encoder::{ExportKind, ExportSection, MemorySection, MemoryType, TypeSection, ValType};

    use super::*;
    use crate::build::module::parse;

    /// A module with these functions, exported in their order. Each has one parameter, two locals and one result.
    fn module(functions: &[&[Instruction<'_>]]) -> Vec<u8> {
        let (mut types, mut kinds, mut memories) =
            (TypeSection::new(), FunctionSection::new(), MemorySection::new());
        let (mut exports, mut code) = (ExportSection::new(), CodeSection::new());
        types.ty().function([ValType::I32], [ValType::I32]);
        memories.memory(MemoryType {
            minimum: 1,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        for (at, instructions) in functions.iter().enumerate() {
            kinds.function(0);
            exports.export(&at.to_string(), ExportKind::Func, number(at));
            let mut function = Function::new([(2, ValType::I32)]);
            for instruction in instructions.iter().chain([&End]) {
                function.instruction(instruction);
            }
            code.function(&function);
        }
        let mut module = Module::new();
        module.section(&types).section(&kinds).section(&memories).section(&exports).section(&code);
        module.finish()
    }

    /// The number of functions in the arranged module, and the indices of the exported ones.
    fn arranged_functions(wasm: &[u8]) -> (usize, Vec<u32>) {
        let arranged = arrange(wasm).unwrap();
        parse(&arranged, false).unwrap();
        let exports =
            |payload| if let Payload::ExportSection(exports) = payload { Some(exports) } else { None };
        let exported = Parser::new(0).parse_all(&arranged).filter_map(|payload| exports(payload.unwrap()));
        let exported = exported.flatten().map(|export| export.unwrap().index).collect();
        (Functions::read(&arranged).unwrap().bodies.len(), exported)
    }

    #[test]
    fn functions_that_are_the_same_become_one_and_so_do_those_that_call_them() {
        let wasm = module(&[
            &[I32Const(7)],
            &[LocalGet(0), Call(0)],
            &[I32Const(7)],
            &[LocalGet(0)],
            &[LocalGet(0), Call(2)],
        ]);
        let (many, exported) = arranged_functions(&wasm);
        assert_eq!(many, 3);
        assert_eq!((exported[0], exported[1]), (exported[2], exported[4]));
        assert!(exported[0] != exported[1] && exported[3] != exported[0] && exported[3] != exported[1]);
    }

    #[test]
    fn functions_that_are_alike_stand_side_by_side() {
        let adds = |more| [LocalGet(0), LocalGet(0), I32Add, I32Const(more), I32Add];
        let multiplies = |more| [I32Const(more), I32Const(more), I32Mul, LocalGet(0), I32Mul];
        let wasm = module(&[&adds(1), &multiplies(1), &adds(2), &multiplies(2)]);
        assert_eq!(arranged_functions(&wasm), (4, vec![0, 2, 1, 3]));
    }

    #[test]
    fn what_is_written_in_two_ways_is_the_same() {
        let by = |local, align| {
            let first = MemArg { offset: 4, align, memory_index: 0 };
            [LocalGet(0), LocalSet(local), LocalGet(local), I32Load(first)]
        };
        let wasm = module(&[&by(1, 2), &by(2, 2), &by(2, 0)]);
        assert_eq!(arranged_functions(&wasm), (1, vec![0, 0, 0]));
    }

    #[test]
    fn what_is_no_module_is_refused() {
        let wasm = module(&[&[LocalGet(0)]]);
        let error = arrange(&wasm[..wasm.len() - 1]).unwrap_err().to_string();
        assert!(error.contains("it cannot be arranged") && !error.contains('\n'), "{error}");
    }
}
