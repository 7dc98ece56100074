//! The modules that dayfly itself provides.

use std::sync::Arc;

use dayfly_core::{Denied, Egress, Ending, Grants, Module};
#[cfg(feature = "components")]
use dayfly_host_api::component::Need;
use dayfly_host_api::fs::preview1;
use wasmparser::{FuncType, ValType};

use super::{PREVIEW1, message};
#[cfg(feature = "components")]
use crate::grants::Interfaces;
use crate::interface::{Import, ItemType};

/// A module that dayfly itself provides.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum HostModule {
    /// WASI preview 1: every guest has it.
    Preview1,
    /// Bacalhau's `wasi:http/requests`: guests have it whose job opens the network.
    Requests,
    /// Compute on GPUs: every guest has it, and one without a grant finds no GPU there.
    Gpu,
}

impl HostModule {
    /// The one that imports of a module name mean.
    pub(crate) fn of(name: &str) -> Option<HostModule> {
        let all = [HostModule::Preview1, HostModule::Requests, HostModule::Gpu];
        all.into_iter().find(|module| module.name() == name)
    }

    /// The module name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            HostModule::Preview1 => PREVIEW1,
            HostModule::Requests => "wasi:http/requests",
            HostModule::Gpu => "dayfly:gpu/v1",
        }
    }

    /// What it is.
    pub(crate) fn what(self) -> &'static str {
        match self {
            HostModule::Preview1 => "WASI preview 1",
            HostModule::Requests => "Bacalhau's interface for requests",
            HostModule::Gpu => "dayfly's interface for GPUs",
        }
    }

    /// The type of one of its functions; none where there is no such function.
    pub(crate) fn function(self, name: &str) -> Option<ItemType> {
        match self {
            HostModule::Preview1 => of_preview1(name),
            HostModule::Requests => (name == "http_request").then(|| function([ValType::I32; 12], true)),
            HostModule::Gpu => of_gpu(name),
        }
    }

    /// Whether one of its functions works on the memory of who calls it.
    pub(crate) fn uses_memory(self, function: &str) -> bool {
        self != HostModule::Preview1 || function != "proc_exit"
    }

    /// Checks an import of it.
    ///
    /// # Errors
    /// How the execution ends: there is no such function, or it is of another type.
    pub(super) fn check(self, user: &Module, import: &Import) -> Result<(), Ending> {
        match self.function(&import.name) {
            None => Err(message::no_such_function(user, import, self)),
            Some(given) if !import.ty.is_satisfied_by(&given) => {
                Err(message::mismatch(user, import, "dayfly", &given))
            }
            Some(_) => Ok(()),
        }
    }
}

fn of_preview1(name: &str) -> Option<ItemType> {
    let known = preview1::FUNCTIONS.iter().find(|function| function.name == name)?;
    let parameters = known.parameters.iter().map(|&parameter| match parameter {
        "u32" => ValType::I32,
        _ => ValType::I64,
    });
    Some(function(parameters, known.returns))
}

#[cfg(feature = "gpu")]
fn of_gpu(name: &str) -> Option<ItemType> {
    use dayfly_host_api::gpu::abi;
    let ty = |ty: &str| if ty.ends_with("32") { ValType::I32 } else { ValType::I64 };
    let known = abi::FUNCTIONS.iter().find(|function| function.name == name)?;
    let parameters = known.parameters.iter().map(|(_, parameter)| ty(parameter));
    Some(ItemType::Function(Arc::new(FuncType::new(parameters, [ty(known.returns)]))))
}

/// A build that has none says so, whatever is imported of it.
#[cfg(not(feature = "gpu"))]
fn of_gpu(_: &str) -> Option<ItemType> {
    None
}

fn function(parameters: impl IntoIterator<Item = ValType>, returns: bool) -> ItemType {
    ItemType::Function(Arc::new(FuncType::new(parameters, returns.then_some(ValType::I32))))
}

/// Which of the modules that are not every guest's one guest has, and why not.
#[derive(Clone, Debug)]
pub(crate) struct Granted {
    requests: Result<(), Denied>,
    gpu: Result<(), Denied>,
    #[cfg(feature = "components")]
    interfaces: Interfaces,
}

impl Granted {
    /// What a guest has that may reach so much of the network.
    pub(crate) fn by(egress: &Egress) -> Granted {
        let requests = match egress.is_open() {
            true if cfg!(feature = "http") => Ok(()),
            true => Err(Denied {
                what: "this build has no client for HTTP".to_owned(),
                remedy: Some("one with the feature `http` does".to_owned()),
            }),
            false => Err(egress.closed()),
        };
        let gpu = match cfg!(feature = "gpu") {
            true => Ok(()),
            false => Err(Denied {
                what: "this build has no compute on GPUs".to_owned(),
                remedy: Some("one with the feature `gpu` does".to_owned()),
            }),
        };
        #[cfg(feature = "components")]
        let interfaces = Interfaces::by(&Grants::default());
        Granted {
            requests,
            gpu,
            #[cfg(feature = "components")]
            interfaces,
        }
    }

    /// The same for one that is granted this besides.
    #[cfg_attr(
        not(feature = "components"),
        allow(unused_mut, unused_variables, reason = "only components ask for it")
    )]
    pub(crate) fn and(mut self, grants: &Grants) -> Granted {
        #[cfg(feature = "components")]
        {
            self.interfaces = Interfaces::by(grants);
        }
        self
    }

    /// What a guest has that may reach anything.
    #[cfg(test)]
    pub(crate) fn open() -> Granted {
        Granted { requests: Ok(()), ..Granted::by(&Egress::none()) }
    }

    /// Whether a guest has interfaces with such a need.
    ///
    /// # Errors
    /// Why not.
    #[cfg(feature = "components")]
    pub(crate) fn interface(&self, need: Need) -> Result<(), &Denied> {
        match need {
            Need::Nothing => Ok(()),
            Need::Network => self.requests.as_ref().copied(),
            Need::Config | Need::Stores | Need::Log => self.interfaces.check(need),
        }
    }

    /// Whether a guest has a module.
    ///
    /// # Errors
    /// Why not.
    pub(crate) fn check(&self, module: HostModule) -> Result<(), &Denied> {
        match module {
            HostModule::Preview1 => Ok(()),
            HostModule::Requests => self.requests.as_ref().copied(),
            HostModule::Gpu => self.gpu.as_ref().copied(),
        }
    }
}

#[cfg(test)]
#[cfg(feature = "compile")]
mod tests {
    use super::*;
    use wasmtime::{Engine, Linker};

    struct Nothing(preview1::Context);

    /// A module that imports these functions.
    fn importing<'a>(module: HostModule, names: impl IntoIterator<Item = &'a str>) -> String {
        let imports = names.into_iter().map(|name| {
            let ty = module.function(name).unwrap().to_string();
            let ty = ty.trim_start_matches("(func").trim_end_matches(')');
            let close = ")".repeat(ty.matches('(').count() - ty.matches(')').count());
            format!("(import \"{}\" \"{name}\" (func {ty}{close}))", module.name())
        });
        format!("(module {})", imports.collect::<String>())
    }

    fn links(text: &str, linker: impl FnOnce(&mut Linker<Nothing>)) {
        let engine = Engine::default();
        let module = wasmtime::Module::new(&engine, wat::parse_str(text).unwrap()).unwrap();
        let mut linked = Linker::new(&engine);
        linker(&mut linked);
        linked.instantiate_pre(&module).unwrap();
    }

    /// A module that imports all of it links: what is described is what is defined.
    #[test]
    fn the_described_functions_are_those_that_are_there() {
        let names = preview1::FUNCTIONS.iter().map(|function| function.name);
        links(&importing(HostModule::Preview1, names), |linker| {
            preview1::add_to_linker(linker, |nothing: &mut Nothing| &mut nothing.0).unwrap();
        });
        assert_eq!(preview1::FUNCTIONS.len(), 46);
        assert!(of_preview1("fd_write").is_some() && of_preview1("fd_writ").is_none());
    }

    #[test]
    #[cfg(feature = "http")]
    fn the_function_for_requests_is_the_one_that_is_there() {
        use dayfly_host_api::net::requests;
        links(&importing(HostModule::Requests, [requests::FUNCTION]), |linker| {
            requests::add_to_linker(linker, |_: &mut Nothing| None).unwrap();
        });
        assert_eq!(HostModule::of(requests::MODULE), Some(HostModule::Requests));
        assert!(HostModule::Requests.function("http_get").is_none());
    }

    #[test]
    #[cfg(feature = "gpu")]
    fn the_functions_for_gpus_are_those_that_are_there() {
        use dayfly_host_api::gpu::{Context, abi};
        let names = abi::FUNCTIONS.iter().map(|function| function.name);
        let engine = Engine::default();
        let text = importing(HostModule::Gpu, names);
        let module = wasmtime::Module::new(&engine, wat::parse_str(text).unwrap()).unwrap();
        let mut linker = Linker::new(&engine);
        abi::add_to_linker(&mut linker, |context: &mut Context| context).unwrap();
        linker.instantiate_pre(&module).unwrap();
        assert_eq!(HostModule::of(abi::MODULE), Some(HostModule::Gpu));
        assert!(HostModule::Gpu.function("gpu_counts").is_none());
    }

    #[test]
    fn a_guest_without_a_network_has_no_requests() {
        let granted = Granted::by(&Egress::none());
        assert!(granted.check(HostModule::Preview1).is_ok());
        assert!(granted.check(HostModule::Requests).is_err_and(|why| why.remedy.is_some()));
    }
}
