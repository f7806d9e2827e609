//! The real server through the real client and the real binaries. One file a subject.

mod smoke;
