"""The dialogs: History, Model, Photo."""
