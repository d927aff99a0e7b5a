mod hooks;
mod model;
mod queue;
mod service;
