"""The methods of the protocol that the server knows: what an editor says, and what it asks."""

from __future__ import annotations

from typing import Any

from lsprotocol import types as lsp

from fcompile.compiler.editor.lines import Position
from fcompile.runtime.lsp import answers
from fcompile.runtime.lsp.server import Server


def _documents(server: Server) -> None:
    """Register what an editor says of its documents."""

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        if found := server.place(params.text_document.uri):
            desk, file = found
            desk.buffers[file] = params.text_document.text
            desk.reread()
            server.changed(desk, file)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: lsp.DidChangeTextDocumentParams) -> None:
        if found := server.place(params.text_document.uri):
            desk, file = found
            desk.buffers[file] = server.workspace.get_text_document(params.text_document.uri).source
            server.changed(desk, file)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: lsp.DidSaveTextDocumentParams) -> None:
        _reread(server, params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        if found := server.place(params.text_document.uri):
            found[0].buffers.pop(found[1], None)
        _reread(server, params.text_document.uri)

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def on_disk(params: lsp.DidChangeWatchedFilesParams) -> None:
        server.leave()
        for change in params.changes:
            _reread(server, change.uri)

    @server.feature(lsp.INITIALIZED)
    def ready(params: lsp.InitializedParams) -> None:
        _watch(server)


def _reread(server: Server, uri: str) -> None:
    if found := server.place(uri):
        found[0].reread()
        server.changed(*found)


def _watch(server: Server) -> None:
    """Ask to be told of YAML files that change on disk, where the editor can tell."""
    workspace = server.client_capabilities.workspace
    watched = workspace.did_change_watched_files if workspace else None
    if watched is None or not watched.dynamic_registration:
        return
    options = lsp.DidChangeWatchedFilesRegistrationOptions([lsp.FileSystemWatcher("**/*.{yaml,yml}")])
    method = lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES
    server.client_register_capability(
        lsp.RegistrationParams([lsp.Registration("yaml-files", method, options)]), lambda _: None
    )


def _at(params: Any) -> tuple[str, Position]:
    return params.text_document.uri, Position(params.position.line, params.position.character)


_CHARACTERS = [":", " ", '"', "'", "[", "{", "(", "<", ","]


def _places(server: Server) -> None:
    """Register what an editor asks of a place or a range; the answer is null where nothing is known."""

    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=_CHARACTERS))
    def completion(params: lsp.CompletionParams) -> lsp.CompletionList | None:
        return server.ask(answers.completion, *_at(params))

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hover(params: lsp.HoverParams) -> lsp.Hover | None:
        return server.ask(answers.hover, *_at(params))

    kinds = lsp.CodeActionOptions([lsp.CodeActionKind.QuickFix])

    @server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, kinds)
    def actions(params: lsp.CodeActionParams) -> list[lsp.CodeAction] | None:
        return server.ask(answers.code_actions, params.text_document.uri, params.range)


def _names(server: Server) -> None:
    """Register what an editor asks of the name at a place; the answer is null where none is known."""

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    def definition(params: lsp.DefinitionParams) -> lsp.Location | None:
        return server.ask(answers.definition, *_at(params))

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    def references(params: lsp.ReferenceParams) -> list[lsp.Location] | None:
        return server.ask(answers.references, *_at(params))

    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    def prepare(params: lsp.PrepareRenameParams) -> lsp.PrepareRenamePlaceholder | None:
        return server.ask(answers.prepare_rename, *_at(params))

    @server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
    def rename(params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
        return server.ask(answers.rename, *_at(params), params.new_name)


def make_server() -> Server:
    """Return a server with all that it answers; ``start_io`` runs it until the editor ends it."""
    server = Server()
    _documents(server)
    _places(server)
    _names(server)
    return server
