//! The program: the PDF extractor child before anything else, then the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    if let Some(code) = schullotse::extractor_child() {
        return code;
    }
    schullotse::cli::main()
}
