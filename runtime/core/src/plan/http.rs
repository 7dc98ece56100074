//! Which requests a function would answer.

use dayfly_spec::model::HttpFunction;
use serde::{Deserialize, Serialize};

/// Which requests a task would answer that is a function.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct HttpPlan {
    /// The paths, in the order of the job.
    pub routes: Vec<HttpRoutePlan>,
    /// The methods; every method where empty.
    pub methods: Vec<String>,
    /// The hosts; every host where empty.
    pub hosts: Vec<String>,
    /// The most requests at a time; none where the server's own bound alone holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<u32>,
    /// How many requests one instance would answer: 1 isolates each from all others.
    pub reuse: u32,
}

/// A path that a function would answer.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct HttpRoutePlan {
    /// The pattern: `/users/{id}`.
    pub pattern: String,
    /// What in the job says so, or would say something else.
    pub change: String,
}

impl HttpPlan {
    pub(super) fn of(function: &HttpFunction) -> HttpPlan {
        let HttpFunction { routes, methods, hosts, concurrency, reuse } = function;
        HttpPlan {
            routes: routes
                .iter()
                .map(|route| HttpRoutePlan {
                    pattern: route.value.to_string(),
                    change: route.origin.change.to_string(),
                })
                .collect(),
            methods: methods.iter().map(|method| method.value.clone()).collect(),
            hosts: hosts.iter().map(|host| host.value.to_string()).collect(),
            concurrency: concurrency.as_ref().map(|most| most.value),
            reuse: reuse.as_ref().map_or(1, |reuse| reuse.value),
        }
    }
}
