//! Job files that tests put together.

use serde_json::{Map, Value, json};

/// A job of one task in Bacalhau's current form.
#[derive(Clone)]
pub(crate) struct Job {
    params: Map<String, Value>,
    task: Map<String, Value>,
    job: Map<String, Value>,
}

impl Job {
    /// A job that runs the module of this name.
    pub(crate) fn of(module: &str) -> Job {
        let mut params = Map::new();
        params.insert("EntryModule".to_owned(), module.into());
        Job { params, task: Map::new(), job: Map::new() }
    }

    /// A parameter of the engine.
    pub(crate) fn param(mut self, name: &str, value: impl Into<Value>) -> Job {
        self.params.insert(name.to_owned(), value.into());
        self
    }

    /// The guest's arguments.
    pub(crate) fn arguments<const N: usize>(self, arguments: [&str; N]) -> Job {
        self.param("Parameters", arguments.as_slice())
    }

    /// A field of the job itself.
    pub(crate) fn field(mut self, name: &str, value: Value) -> Job {
        self.job.insert(name.to_owned(), value);
        self
    }

    /// A field of the task.
    pub(crate) fn task(mut self, name: &str, value: Value) -> Job {
        self.task.insert(name.to_owned(), value);
        self
    }

    /// An input.
    pub(crate) fn input(self, kind: &str, params: Value, target: &str) -> Job {
        self.push("InputSources", json!({"Source": {"Type": kind, "Params": params}, "Target": target}))
    }

    /// A folder or file of the host as an input.
    pub(crate) fn local(self, path: &str, target: &str) -> Job {
        self.input("localDirectory", json!({ "SourcePath": path }), target)
    }

    /// A folder as a result.
    pub(crate) fn result(self, name: &str, path: &str) -> Job {
        self.push("ResultPaths", json!({ "Name": name, "Path": path }))
    }

    /// A result of a certain type.
    pub(crate) fn typed_result(self, name: &str, path: &str, kind: &str) -> Job {
        self.push("ResultPaths", json!({"Name": name, "Path": path, "Type": kind}))
    }

    /// The text of the job file.
    pub(crate) fn text(&self) -> String {
        let mut task = self.task.clone();
        task.insert("Name".to_owned(), "main".into());
        task.insert("Engine".to_owned(), json!({"Type": "wasm", "Params": self.params}));
        let mut job = self.job.clone();
        job.insert("Name".to_owned(), "test".into());
        job.insert("Type".to_owned(), "batch".into());
        job.insert("Tasks".to_owned(), json!([task]));
        Value::Object(job).to_string()
    }

    fn push(mut self, list: &str, value: Value) -> Job {
        let list = self.task.entry(list).or_insert_with(|| json!([]));
        list.as_array_mut().expect("a list").push(value);
        self
    }
}
