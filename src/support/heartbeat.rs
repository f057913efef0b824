//! A sign of life in a log: a line now and then while something long runs.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::support::text::duration;

/// When lines are due: often at first, when somebody may be waiting, then more and more rarely.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// How long it takes to the first line.
    pub first: Duration,
}

impl Pace {
    /// That of a log.
    pub const LOG: Self = Self { first: Duration::from_secs(30) };

    /// How long after line number `printed` - 1 the next one is due: after half a minute, then
    /// each minute, and each five minutes from the eleventh on.
    pub fn gap(self, printed: u32) -> Duration {
        match printed {
            0 => self.first,
            1..=10 => self.first * 2,
            _ => self.first * 10,
        }
    }
}

/// How far something long is.
#[derive(Clone, Debug)]
pub struct Pulse {
    pub done: u64,
    /// How much there is to do, if that is known.
    pub total: Option<u64>,
    pub elapsed: Duration,
    pub message: String,
}

impl Pulse {
    /// `12 of 73 (3m 20s): testing the patched tree`.
    pub fn text(&self) -> String {
        let Self { done, total, elapsed, message } = self;
        let taken = duration(*elapsed);
        let text = match total {
            Some(total) => format!("{done} of {total} ({taken}): {message}"),
            None => format!("{message} ({taken})"),
        };
        text.trim_end_matches(": ").to_owned()
    }
}

/// Calls something at a pace, until it is dropped.
#[derive(Debug)]
pub struct Heartbeat {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Heartbeat {
    /// Begins to call `beat`, first when the first line is due.
    pub fn start(pace: Pace, beat: impl Fn() + Send + 'static) -> Self {
        let (stop, stopped) = mpsc::channel();
        let thread = thread::spawn(move || {
            let (started, mut due) = (Instant::now(), Duration::ZERO);
            for printed in 0.. {
                due += pace.gap(printed);
                let wait = due.saturating_sub(started.elapsed());
                match stopped.recv_timeout(wait) {
                    Err(RecvTimeoutError::Timeout) => beat(),
                    Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
                }
            }
        });
        Self { stop: Some(stop), thread: Some(thread) }
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        drop(self.stop.take());
        // If it panicked, there is one line less.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_has_a_line_in_the_first_minute_and_no_hundred() {
        let due = |count: u32| (0..count).map(|printed| Pace::LOG.gap(printed)).sum::<Duration>();
        assert_eq!(due(1), Duration::from_secs(30));
        assert_eq!(due(3), Duration::from_secs(150));
        assert_eq!(due(11), Duration::from_secs(630));
        assert_eq!(due(20), Duration::from_secs(630 + 9 * 300));
    }

    #[test]
    fn it_beats_until_it_is_dropped() {
        let (beat, beats) = mpsc::channel();
        let pace = Pace { first: Duration::from_millis(2) };
        let heart = Heartbeat::start(pace, move || beat.send(()).unwrap());
        for _ in 0..3 {
            beats.recv_timeout(Duration::from_secs(60)).unwrap();
        }
        drop(heart);
        // The sender went with the thread.
        let later = beats.try_iter().count();
        assert!(later < 1000, "{later}");
        assert_eq!(beats.try_recv(), Err(mpsc::TryRecvError::Disconnected));
        // One that ends before the first line is due prints nothing, and does not wait for it.
        let begun = Instant::now();
        drop(Heartbeat::start(Pace::LOG, || unreachable!("a line within no time")));
        assert!(begun.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn a_line_says_how_far_it_is_and_guesses_nothing() {
        let pulse = |total, message: &str| {
            let (done, elapsed) = (12, Duration::from_secs(200));
            Pulse { done, total, elapsed, message: message.to_owned() }.text()
        };
        assert_eq!(pulse(Some(73), "testing 1.2.0"), "12 of 73 (3m 20s): testing 1.2.0");
        assert_eq!(pulse(Some(73), ""), "12 of 73 (3m 20s)");
        assert_eq!(pulse(None, "fetching x"), "fetching x (3m 20s)");
    }
}
