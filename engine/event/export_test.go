package event

// Link makes the head of the chain behind an event.
var Link = Head.link
