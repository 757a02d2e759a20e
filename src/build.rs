//! Build script: a file that is added to what the program embeds makes it build anew.
//! (Changed files are noticed by themselves, new ones are not.)

fn main() {
    for folder in ["knowledge", "web", "models"] {
        println!("cargo:rerun-if-changed={folder}");
    }
}
