//! The composition root: configuration and the few things that differ between the
//! real product and its tests go in, all services come out.

mod lock;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context as _;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

pub use self::lock::{DataLock, Running};
use crate::{
    config::Config,
    domain::{
        clock::{Clock, SystemClock},
        orders::Orders,
    },
    helpdesk::{self, Hooks, Target},
    ingest::directory,
    llm::{LanguageModel, local::LocalModel, remote::RemoteModel},
    search::{Index, analysis},
    store::Store,
    support::{
        Support, answer,
        chat::{Chats, Operator},
        delivery::{self, Delivery, Wake},
        directory::Schools,
        escalate::Desk,
        guide::Flows,
        heard::Ears,
        ids::Ids,
        language::Languages,
        library::{self, Library, builtin_directory},
        outages::Outages,
        redact::Redactor,
        replies::Replies,
        respond::Responder,
        wordings::Wordings,
    },
};

/// What comes in from outside, so that tests can replace it.
pub struct Parts {
    pub clock: Arc<dyn Clock>,
    pub rng: StdRng,
    /// Instead of the one that the configuration names.
    pub model: Option<Arc<dyn LanguageModel>>,
    /// Instead of the helpdesk's systems that the configuration names; the first is where
    /// reports go, the next takes over.
    pub helpdesks: Option<Vec<Target>>,
    /// Our own program, for reading PDF in a child process.
    pub program: PathBuf,
}

impl Parts {
    /// The real things.
    ///
    /// # Errors
    /// Where the system does not tell which program runs.
    pub fn real() -> anyhow::Result<Self> {
        Ok(Self {
            clock: Arc::new(SystemClock),
            rng: StdRng::from_rng(&mut rand::rng()),
            model: None,
            helpdesks: None,
            program: std::env::current_exe().context("cannot find our own program")?,
        })
    }
}

/// The product, built and ready to be served or asked.
pub struct App {
    pub support: Arc<Support>,
    /// The index is new or was made by another version: everything must be read again.
    pub index_is_fresh: bool,
}

impl App {
    /// Builds everything. The data folder is made where it is missing; an empty
    /// database gets the invented demonstration, where the configuration wants it.
    ///
    /// # Errors
    /// A data folder that cannot be written, a database of a newer version, a model
    /// or lexicon that cannot be read; each says what to do.
    pub async fn build(config: Config, mut parts: Parts) -> anyhow::Result<Self> {
        let data = config.data.0.clone();
        config.support.weights.check(&analysis()).map_err(anyhow::Error::msg)?;
        if let Some(refused) = &config.support.refused {
            tracing::warn!("{refused}");
        }
        make_folder(&data)?;
        let own = data.join("knowledge");
        let lexicon = Arc::new(library::lexicon(&config.knowledge, &own)?);
        let store = Store::open(&data.join("schullotse.db")).await?;
        if config.knowledge.demo && store.directory_imported().await?.is_none() {
            import_first(&store, &data, parts.clock.as_ref()).await?;
        }
        let schools = Schools::load(&store).await?;
        let (index, opened) = Index::open(&data.join("index"), Arc::clone(&lexicon), &config.search)?;
        let model = match parts.model {
            Some(model) => Some(model),
            None => load_model(&config, &mut parts.rng)?,
        };
        let redactor = Arc::new(Redactor::new(&lexicon).seen_from(parts.clock.local().year()));
        let flows = Flows::default();
        let outages = Outages::load(&store, &schools, Arc::clone(&parts.clock)).await?;
        let library = Arc::new(Library::new(library::Parts {
            index: index.clone(),
            store: store.clone(),
            schools: schools.clone(),
            redactor: Arc::clone(&redactor),
            orders: Arc::new(Orders::new(&lexicon)),
            flows: flows.clone(),
            clock: Arc::clone(&parts.clock),
            config: config.knowledge.clone(),
            program: parts.program,
            data,
        }));
        let responder = Arc::new(Responder::new(
            index,
            &lexicon,
            Arc::new(Languages::default()),
            Arc::new(Wordings::shipped()?),
            model,
            schools.clone(),
            Arc::clone(&parts.clock),
            config.support.clone(),
            config.model.clone(),
            flows.clone(),
            outages.clone(),
        ));
        library.begin_flows().await?;
        let targets = match parts.helpdesks {
            Some(targets) => targets,
            None => helpdesk::targets(&config.helpdesk)?,
        };
        let wake = Wake::default();
        let desk = Desk {
            store: store.clone(),
            schools: schools.clone(),
            redactor,
            ids: Arc::new(Ids::new(parts.rng, Arc::clone(&parts.clock))),
            clock: Arc::clone(&parts.clock),
            config: config.support.clone(),
            target: targets.first().map(|target| target.name.clone()),
            wake: wake.clone(),
        };
        let ears = Arc::new(Ears::new(&lexicon));
        let replies = Arc::new(Replies::shipped(&lexicon)?);
        let chats = Chats::new(
            Arc::clone(&responder),
            desk.clone(),
            ears,
            replies,
            config.limits.clone(),
            Operator::new(config.server.clone(), config.brand.clone()),
        );
        let delivery = Delivery::new(delivery::Parts {
            store: store.clone(),
            schools: schools.clone(),
            redactor: Arc::clone(&desk.redactor),
            clock: Arc::clone(&parts.clock),
            ids: Arc::clone(&desk.ids),
            config: config.delivery.clone(),
            targets,
            hooks: Hooks::new(&config.helpdesk),
            wake,
            tell: Arc::new({
                let chats = Arc::clone(&chats);
                move |told| chats.tell(told)
            }),
        });
        let clock = parts.clock;
        let support =
            Support { config, clock, store, schools, library, flows, outages, responder, desk, chats, delivery };
        // An import that was stopped half way is completed before anything is shown.
        if let Err(error) = support.end_demo().await {
            tracing::warn!("{error:#}; hint: the demonstration's past cases are still in the index; start again");
        }
        Ok(Self { support: Arc::new(support), index_is_fresh: opened == crate::search::Opened::Fresh })
    }
}

fn make_folder(data: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(data).with_context(|| {
        format!(
            "cannot make the data folder {}\nhint: choose another with --data, or allow this user to write there",
            data.display()
        )
    })
}

/// The first directory: `schools.toml` of the data folder, else the demonstration.
async fn import_first(store: &Store, data: &Path, clock: &dyn Clock) -> anyhow::Result<()> {
    let file = data.join("schools.toml");
    let directory = if file.is_file() {
        let bytes = std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        directory::read_directory(&bytes).with_context(|| file.display().to_string())?
    } else {
        builtin_directory()?
    };
    store.directory_import(&directory, clock.now()).await?;
    tracing::info!(schools = directory.schools.len(), demo = directory.authority.demo, "school directory imported");
    Ok(())
}

/// The language model that the configuration names, if any. One on another machine is not
/// asked yet: `rng` gives the seed of its pauses between attempts.
///
/// # Errors
/// A file that cannot be read as one, an address that cannot be used.
pub fn load_model(config: &Config, rng: &mut StdRng) -> anyhow::Result<Option<Arc<dyn LanguageModel>>> {
    let model: Arc<dyn LanguageModel> = match (&config.model.file, &config.model.remote) {
        (Some(file), _) => Arc::new(LocalModel::load(file, &config.model)?),
        (None, Some(remote)) => Arc::new(RemoteModel::new(remote, &config.model, rng.random())?),
        (None, None) => return Ok(None),
    };
    let info = model.info();
    answer::check(&config.model, info).map_err(anyhow::Error::msg)?;
    let mode = answer::mode(&config.model, info);
    tracing::info!(model = info.name, architecture = info.architecture, ?mode, "language model ready");
    Ok(Some(model))
}
