//! A file of `src` as the compiler sees it: which paths it names, which methods it has and calls, how long its functions are.
//! What is built for tests alone is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{
    Visit, {self},
};
use syn::{
    Attribute, Expr, ExprLit, ExprMethodCall, ImplItem, ImplItemFn, Item, ItemFn, ItemImpl, ItemMod, ItemStruct, ItemUse, Lit, Macro,
    Member, Meta, MetaNameValue, Type, UseTree,
};

/// A path that a file names, from the root of its crate: `["crate", "app", "App"]`, `["reqwest", "Client"]`.
#[derive(Debug)]
pub(crate) struct Named {
    pub(crate) path: Vec<String>,
    pub(crate) line: usize,
}

impl Named {
    /// Below our own crate; None: it is a library's.
    pub(crate) fn own(&self) -> Option<&[String]> {
        (self.path[0] == "crate").then(|| &self.path[1..])
    }
}

/// A method by its type and its name.
pub(crate) type Method = (String, String);

/// A call of a method: the type it sets out from, the fields on the way, and its name: `self.model.list.go()`.
pub(crate) type Call = (String, Vec<String>, String);

/// A field of a struct by the struct's name and its own.
pub(crate) type Field = (String, String);

#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) line: usize,
    pub(crate) lines: usize,
}

#[derive(Debug, Default)]
pub(crate) struct File {
    /// Below `src`, without `.rs`: `providers/http`.
    pub(crate) place: String,
    /// Nothing of it is built into the product.
    pub(crate) is_test: bool,
    pub(crate) text: String,
    /// Lines without those that only tests need.
    pub(crate) code: Vec<String>,
    pub(crate) names: Vec<Named>,
    pub(crate) functions: Vec<Function>,
    /// Methods of a type's own, not those of a trait.
    pub(crate) methods: Vec<Method>,
    pub(crate) calls: BTreeSet<Call>,
    /// Which type a field has, where that is a plain name.
    pub(crate) fields: BTreeMap<Field, String>,
}

impl File {
    /// The module of the top level that it belongs to.
    pub(crate) fn module(&self) -> &str {
        self.place.split('/').next().unwrap_or_default()
    }
}

/// All files that the two roots lead to by `mod`. Sorted, and parsed once.
pub(crate) fn files() -> &'static [File] {
    static FILES: LazyLock<Vec<File>> = LazyLock::new(walk);
    &FILES
}

fn walk() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found: Vec<File> = Vec::new();
    let mut next = ["lib", "main"].map(|place| Child { place: place.to_owned(), module: Vec::new(), is_test: false }).to_vec();
    while let Some(Child { place, module, is_test }) = next.pop() {
        // Two modules that stand in for each other may have a file in common.
        if found.iter().any(|file| file.place == place) {
            continue;
        }
        let text = fs::read_to_string(root.join(&place).with_extension("rs")).unwrap();
        let (file, children) = read(&place, module, text);
        next.extend(children.into_iter().map(|child| Child { is_test: is_test || child.is_test, ..child }));
        found.push(File { is_test, ..file });
    }
    assert!(found.len() > 10, "the walk over src found only {} files", found.len());
    found.sort_by(|a, b| a.place.cmp(&b.place));
    found
}

/// A module that a file declares and that has a file of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Child {
    /// Its file, below `src`, without `.rs`.
    pub(crate) place: String,
    /// Its path below the root; `#[path]` gives a module another file than its path does.
    pub(crate) module: Vec<String>,
    /// Only tests need it.
    pub(crate) is_test: bool,
}

/// A file of this module from its text, and the modules that it declares.
pub(crate) fn read(place: &str, module: Vec<String>, text: String) -> (File, Vec<Child>) {
    let syntax = syn::parse_file(&text).unwrap_or_else(|error| panic!("src/{place}.rs: {error}"));
    let mut reader = Reader { module, ..Reader::default() };
    reader.children.insert(Vec::new(), declared(&syntax.items));
    reader.visit_file(&syntax);
    let mut lines: Vec<Option<&str>> = text.lines().map(Some).collect();
    for (first, last) in &reader.tests {
        lines[first - 1..*last].fill(None);
    }
    let code = lines.into_iter().map(|line| line.unwrap_or_default().split("//").next().unwrap_or_default().to_owned()).collect();
    let Reader { files, names, functions, methods, calls, fields, .. } = reader;
    (File { place: place.to_owned(), is_test: false, code, names, functions, methods, calls, fields, text }, files)
}

/// The names of the modules among these items.
fn declared(items: &[Item]) -> BTreeSet<String> {
    items.iter().filter_map(|item| if let Item::Mod(module) = item { Some(module.ident.to_string()) } else { None }).collect()
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let Meta::List(list) = &attribute.meta else { return attribute.path().is_ident("test") };
        list.path.is_ident("cfg") && list.tokens.to_string() == "test"
    })
}

/// A name and the fields that follow it: `self.model.list`.
fn chain(expression: &Expr) -> Option<Vec<String>> {
    match expression {
        Expr::Path(path) => path.path.get_ident().map(|ident| vec![ident.to_string()]),
        Expr::Field(field) => {
            let mut before = chain(&field.base)?;
            let Member::Named(name) = &field.member else { return None };
            before.push(name.to_string());
            Some(before)
        }
        _ => None,
    }
}

/// The file that `#[path = "…"]` names, without `.rs`. Only the root uses it, so it is below `src`.
fn path_of(attributes: &[Attribute]) -> Option<String> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("path")).find_map(|attribute| {
        let Meta::NameValue(MetaNameValue { value: Expr::Lit(ExprLit { lit: Lit::Str(file), .. }), .. }) = &attribute.meta else {
            return None;
        };
        file.value().strip_suffix(".rs").map(str::to_owned)
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

#[derive(Default)]
struct Reader {
    /// The module that is being read, below the root.
    module: Vec<String>,
    /// Of modules written inside a file, below that file: the modules that each declares.
    children: BTreeMap<Vec<String>, BTreeSet<String>>,
    /// Modules written inside the file around the place that is being read.
    inside: Vec<String>,
    /// The type whose `impl` is being read.
    of: Option<String>,
    /// Modules that have a file of their own.
    files: Vec<Child>,
    /// First and last line of what only tests need.
    tests: Vec<(usize, usize)>,
    names: Vec<Named>,
    functions: Vec<Function>,
    methods: Vec<Method>,
    calls: BTreeSet<Call>,
    fields: BTreeMap<Field, String>,
}

impl Reader {
    /// Takes in a path as it is written here.
    fn name(&mut self, written: &[String], line: usize) {
        let Some(first) = written.first() else { return };
        let here: Vec<String> = self.module.iter().chain(&self.inside).cloned().collect();
        let rest = &written[1..];
        let own = match first.as_str() {
            "crate" | "caseload" => rest.to_vec(),
            "self" => [&here[..], rest].concat(),
            "super" => {
                let ups = written.iter().take_while(|word| *word == "super").count();
                let up = here.len().saturating_sub(ups);
                [&here[..up], &written[ups..]].concat()
            }
            child if self.children.get(&self.inside).is_some_and(|children| children.contains(child)) => [&here[..], written].concat(),
            _ => return self.names.push(Named { path: written.to_vec(), line }),
        };
        self.names.push(Named { path: std::iter::once("crate".to_owned()).chain(own).collect(), line });
    }

    fn use_tree(&mut self, tree: &UseTree, before: &mut Vec<String>) {
        match tree {
            UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.use_tree(&path.tree, before);
                before.pop();
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.use_tree(tree, before)),
            UseTree::Name(syn::UseName { ident, .. }) | UseTree::Rename(syn::UseRename { ident, .. }) => {
                let line = ident.span().start().line;
                let is_itself = *ident == "self" && !before.is_empty();
                let last = (!is_itself).then(|| ident.to_string());
                let path: Vec<String> = before.iter().cloned().chain(last).collect();
                self.name(&path, line);
            }
            UseTree::Glob(glob) => self.name(&before.clone(), glob.star_token.span().start().line),
        }
    }

    /// `receiver`: a name, and the fields that follow it.
    fn call(&mut self, receiver: &[String], method: String) {
        let [first, fields @ ..] = receiver else { return };
        let of = match first.as_str() {
            "self" | "Self" => self.of.clone(),
            "app" => Some("App".to_owned()),
            "model" => Some("Model".to_owned()),
            "cx" => Some("Cx".to_owned()),
            named if named.starts_with(char::is_uppercase) => Some(named.to_owned()),
            _ => None,
        };
        self.calls.extend(of.map(|of| (of, fields.to_vec(), method)));
    }

    /// What stands in a macro is not parsed: paths and calls are found by their shape.
    fn tokens(&mut self, stream: TokenStream) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        let ident = |at: usize| if let Some(TokenTree::Ident(ident)) = tokens.get(at) { Some(ident.to_string()) } else { None };
        let is_punct = |at: usize, c: char| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == c);
        let mut at = 0;
        while at < tokens.len() {
            if let TokenTree::Group(group) = &tokens[at] {
                self.tokens(group.stream());
            }
            let Some(first) = ident(at) else {
                at += 1;
                continue;
            };
            let line = tokens[at].span().start().line;
            let mut path = vec![first];
            while is_punct(at + 1, ':') && is_punct(at + 2, ':') {
                let Some(next) = ident(at + 3) else { break };
                path.push(next);
                at += 3;
            }
            if path.len() > 1 {
                self.named_path(&path, line);
            } else {
                while is_punct(at + 1, '.')
                    && let Some(next) = ident(at + 2)
                {
                    if matches!(tokens.get(at + 3), Some(TokenTree::Group(_))) {
                        self.call(&path, next);
                        break;
                    }
                    path.push(next);
                    at += 2;
                }
            }
            at += 1;
        }
    }

    /// A path of two parts or more, in an expression, a type or a pattern.
    fn named_path(&mut self, path: &[String], line: usize) {
        if let [of, method] = path {
            self.call(std::slice::from_ref(of), method.clone());
        }
        self.name(path, line);
    }

    fn file(&mut self, declared: &ItemMod, is_test: bool) {
        let name = declared.ident.to_string();
        let module: Vec<String> = self.module.iter().chain(&self.inside).cloned().chain([name]).collect();
        let place = path_of(&declared.attrs).unwrap_or_else(|| module.join("/"));
        self.files.push(Child { place, module, is_test });
    }

    fn function(&mut self, name: String, whole: proc_macro2::Span, first: usize) {
        let lines = whole.end().line + 1 - first;
        self.functions.push(Function { name, line: first, lines });
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = attributes(item);
        if is_for_tests(attributes) {
            let first = attributes.iter().map(|attribute| attribute.span().start().line).min();
            let span = item.span();
            self.tests.push((first.unwrap_or(usize::MAX).min(span.start().line), span.end().line));
            if let Item::Mod(module) = item
                && module.content.is_none()
            {
                self.file(module, true);
            }
            return;
        }
        visit::visit_item(self, item);
    }

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        match &module.content {
            None => self.file(module, false),
            Some((_, items)) => {
                self.inside.push(module.ident.to_string());
                self.children.insert(self.inside.clone(), declared(items));
                visit::visit_item_mod(self, module);
                self.inside.pop();
            }
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.use_tree(&item.tree, &mut Vec::new());
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        let of = if let Type::Path(path) = &*item.self_ty { path.path.segments.last().map(|last| last.ident.to_string()) } else { None };
        if item.trait_.is_none() {
            let functions = item.items.iter().filter_map(|item| if let ImplItem::Fn(function) = item { Some(function) } else { None });
            let names = functions.filter(|function| !is_for_tests(&function.attrs)).map(|function| function.sig.ident.to_string());
            self.methods.extend(names.filter_map(|name| Some((of.clone()?, name))));
        }
        let before = std::mem::replace(&mut self.of, of);
        visit::visit_item_impl(self, item);
        self.of = before;
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        if is_for_tests(&function.attrs) {
            return;
        }
        self.function(function.sig.ident.to_string(), function.span(), function.sig.span().start().line);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_item_struct(&mut self, item: &'ast ItemStruct) {
        for field in &item.fields {
            if let (Some(name), Type::Path(path)) = (&field.ident, &field.ty)
                && let Some(last) = path.path.segments.last()
            {
                self.fields.insert((item.ident.to_string(), name.to_string()), last.ident.to_string());
            }
        }
        visit::visit_item_struct(self, item);
    }

    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        self.function(function.sig.ident.to_string(), function.span(), function.sig.span().start().line);
        visit::visit_item_fn(self, function);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        if let Some(receiver) = chain(&call.receiver) {
            self.call(&receiver, call.method.to_string());
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let words: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if words.len() > 1 {
            self.named_path(&words, path.span().start().line);
        }
        visit::visit_path(self, path);
    }

    /// `pub(crate)` names who may see it, and leans on nothing.
    fn visit_vis_restricted(&mut self, _: &'ast syn::VisRestricted) {}

    fn visit_macro(&mut self, tokens: &'ast Macro) {
        self.tokens(tokens.tokens.clone());
    }
}
