//! A small file system of one's own to fill up, in a mount namespace that ends
//! with the process that it was made for: nothing stays mounted, whatever happens.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
};

use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
    time::timeout,
};

use super::{Finished, PATIENCE};

pub(crate) struct Mounted {
    folder: PathBuf,
    kib: u32,
    server: Option<Child>,
}

impl Mounted {
    /// `None` where this machine does not let us mount.
    pub(crate) fn new(root: &TempDir, kib: u32) -> Option<Self> {
        let folder = root.path().join("disk");
        std::fs::create_dir(&folder).unwrap();
        let tried = inside(&folder, kib, "true").into_std().stderr(Stdio::null()).status();
        tried.is_ok_and(|status| status.success()).then_some(Self { folder, kib, server: None })
    }

    /// Runs a command of the program on the file system, to its end.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Finished {
        let mut command = inside(&self.folder, self.kib, &program(&self.folder, arguments));
        let output = timeout(PATIENCE, command.output()).await.expect("the command hangs").unwrap();
        Finished {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Starts a server there.
    pub(crate) async fn serve(&mut self) -> SocketAddr {
        let line = program(&self.folder, &["serve", "--listen", "127.0.0.1:0"]);
        let mut command = inside(&self.folder, self.kib, &line);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = timeout(PATIENCE, lines.next_line()).await.expect("the server does not start").unwrap();
        let address = first.expect("the server ended").strip_prefix("listening on http://").unwrap().parse().unwrap();
        self.server = Some(child);
        address
    }

    /// Fills the file system to the last byte; removing the file frees it.
    pub(crate) fn fill(&self) -> PathBuf {
        let id = self.server.as_ref().and_then(Child::id).expect("a server is running");
        // The server's view of it: the mount is in its namespace only.
        let path = Path::new("/proc").join(id.to_string()).join("root");
        let path = path.join(self.folder.strip_prefix("/").unwrap()).join("fill");
        let mut size = 1 << 20;
        let mut file = std::fs::File::create(&path).unwrap();
        while size > 0 {
            if std::io::Write::write_all(&mut file, &vec![0_u8; size]).is_err() {
                size /= 2;
            }
        }
        path
    }
}

fn program(folder: &Path, arguments: &[&str]) -> String {
    format!("exec '{}' --data '{}' {}", env!("CARGO_BIN_EXE_schullotse"), folder.display(), arguments.join(" "))
}

/// `line` for a shell, in a namespace of its own where `folder` is a file system of so many KiB.
fn inside(folder: &Path, kib: u32, line: &str) -> Command {
    let mount = format!("mount -t tmpfs -o size={kib}k none '{}' && {line}", folder.display());
    let mut command = Command::new("unshare");
    command.args(["--mount", "--map-root-user", "sh", "-c", &mount]).stdin(Stdio::null());
    command
}
