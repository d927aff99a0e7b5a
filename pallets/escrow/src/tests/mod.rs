mod claim;
mod lock;
mod model;
mod pay_out;
mod refund;
